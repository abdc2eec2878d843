// Asked for /, it says how it reaches its databases; each has a pool of many connections, which stay open.
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import pg from 'pg';

const { URL: url, BILLING: billing, DIRECT: direct, PORT: port } = process.env;
const CONNECTIONS = 40;

const pools = Object.entries({ shop: url, billing }).map(([name, connectionString]) => {
  const pool = new pg.Pool({ connectionString, max: CONNECTIONS, idleTimeoutMillis: 0 });
  pool.on('error', (error) => console.log(`${name}: ${error.message}`));
  return [name, pool];
});

/** The same prepared statement on all connections at once, several times. */
async function asked(pool) {
  const statement = {
    name: 'where',
    text: 'select $1::int as n, current_database() as database, host(inet_client_addr()) as "from", pg_backend_pid() as pid',
  };
  const rows = [];
  for (let round = 0; round < 3; round++) {
    const all = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, n) => pool.query({ ...statement, values: [n] })),
    );
    rows.push(...all.map((result) => result.rows[0]));
  }
  const different = (name) => [...new Set(rows.map((row) => row[name]))];
  return {
    database: different('database'),
    from: different('from'),
    answers: rows.length,
    serverConnections: different('pid').length,
  };
}

/** What only a session can: the notification is sent through the pooler, and heard past it. */
async function heard() {
  const client = new pg.Client(direct);
  await client.connect();
  const notified = new Promise((resolve) => client.once('notification', ({ payload }) => resolve(payload)));
  await client.query('listen news');
  await pools[0][1].query(`notify news, 'hello'`);
  try {
    return await notified;
  } finally {
    await client.end();
  }
}

async function answer() {
  const { rows } = await pools[0][1].query('select locked, setting, host("from") as "from" from migrated');
  return {
    databases: Object.fromEntries(await Promise.all(pools.map(async ([name, pool]) => [name, await asked(pool)]))),
    migrated: rows,
    heard: direct === undefined ? undefined : await heard(),
    server: await lookup('db').then(
      ({ address }) => address,
      ({ code }) => code,
    ),
    own: Object.values(networkInterfaces()).flatMap((all) => all.map(({ address }) => address)),
  };
}

createServer((request, response) => {
  if (request.url === '/healthz') return response.end();
  answer().then(
    (value) => response.end(JSON.stringify(value)),
    (error) => {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: error.message }));
    },
  );
}).listen(Number(port));
