import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { Pool } from 'pg';

const { DATABASE_URL, REDIS_URL, CORS_ORIGIN = '', HOST = '127.0.0.1', PORT = '3000' } = process.env;
const db = new Pool({ connectionString: DATABASE_URL, max: 5, connectionTimeoutMillis: 2000 });
const cache = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 });
db.on('error', (error) => console.error(`postgres: ${error.message}`));
cache.on('error', (error) => console.error(`redis: ${error.message || error.code}`));

const routes = {
  'GET /health': () => [200, { status: 'ok' }],
  'GET /ready': async () => {
    await Promise.all([db.query('select 1'), cache.ping()]);
    return [200, { postgres: 'select 1 is answered', redis: 'PING is answered' }];
  },
  'GET /tasks': async () => {
    const cached = await cache.get('tasks');
    if (cached !== null) return [200, JSON.parse(cached), 'cache'];
    const { rows } = await db.query('select id::int, title, done from tasks order by id');
    await cache.set('tasks', JSON.stringify(rows), 'EX', 60);
    return [200, rows, 'database'];
  },
  'POST /tasks': async (request) => {
    const { title } = await json(request);
    if (typeof title !== 'string' || title === '') return [400, { error: 'title must be a text' }];
    const { rows } = await db.query('insert into tasks (title) values ($1) returning id::int, title, done', [title]);
    await cache.del('tasks');
    return [201, rows[0]];
  },
  'PATCH /tasks': async (request) => {
    const { id, done } = await json(request);
    if (!Number.isSafeInteger(id) || typeof done !== 'boolean') return [400, { error: 'id and done are needed' }];
    const { rowCount } = await db.query('update tasks set done = $2 where id = $1', [id, done]);
    await cache.del('tasks');
    return rowCount === 1 ? [200, { id, done }] : [404, { error: `there is no task ${id}` }];
  },
  OPTIONS: () => [204],
};

const server = createServer((request, response) => void respond(request, response));

async function respond(request, response) {
  const { method, url } = request;
  const route = routes[`${method} ${url}`] ?? routes[method] ?? (() => [404, { error: `nothing at ${method} ${url}` }]);
  const [status, body, source = 'api'] = await Promise.resolve(request).then(route).catch(explain);
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-source': source,
    'access-control-allow-origin': CORS_ORIGIN,
    'access-control-allow-methods': 'GET, POST, PATCH',
    'access-control-allow-headers': 'content-type',
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function explain(error) {
  if (error instanceof SyntaxError) return [400, { error: 'the body is not JSON' }];
  console.error(error.message);
  return [503, { error: error.message }];
}

server.listen(Number(PORT), HOST, () => console.log(`api listens on http://${HOST}:${PORT}`));

function stop() {
  server.close(() => {
    cache.disconnect();
    void db.end();
  });
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
