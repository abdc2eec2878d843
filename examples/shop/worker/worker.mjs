import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

const { DATABASE_URL, WORK_MS = '600' } = process.env;
if (!DATABASE_URL) {
  console.error('DATABASE_URL is not set; devstack sets it from db.url');
  process.exit(1);
}
const { hostname, port } = new URL(DATABASE_URL);

/** Should a notification get lost, the queue is looked at this often all the same. */
const LOOK_MS = 30_000;
const RETRY_MS = 1000;

const stopping = new AbortController();
/** Ends the current wait: an order came, the connection broke, or it is time to stop. */
let wake = () => {};

function stop(signal) {
  console.log(`${signal}: stopping after the order in hand`);
  stopping.abort();
  wake();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

let isReachable = true;
while (!stopping.signal.aborted) {
  try {
    await serve();
  } catch (error) {
    if (stopping.signal.aborted) break;
    if (isReachable) console.error(`database at ${hostname}:${port} is unreachable: ${error.message || error.code}`);
    isReachable = false;
    await wait(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
  }
}
console.log('stopped');

/** Works until asked to stop; throws when the connection breaks. */
async function serve() {
  const client = new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 2000 });
  let broken;
  let hasNews = true;
  client.on('error', (error) => {
    broken = error;
    wake();
  });
  client.on('notification', () => {
    hasNews = true;
    wake();
  });
  try {
    await client.connect();
    await client.query('listen orders');
    console.log(isReachable ? 'waiting for orders' : 'database is back, waiting for orders');
    isReachable = true;
    while (!stopping.signal.aborted) {
      if (broken) throw broken;
      hasNews = false;
      while (!stopping.signal.aborted && (await processNext(client)));
      if (!hasNews && !broken && !stopping.signal.aborted) await sleepUntilWoken(LOOK_MS);
    }
  } finally {
    await client.end().catch(() => {});
  }
}

/** The order stays in the queue until it is processed: if this process dies, another worker takes it. */
async function processNext(client) {
  await client.query('begin');
  const { rows } = await client.query(
    `delete from order_queue where order_id = (
       select order_id from order_queue order by order_id limit 1 for update skip locked
     ) returning order_id`,
  );
  const [next] = rows;
  if (next) {
    await wait(Number(WORK_MS));
    await client.query(`update orders set status = 'processed', processed_at = clock_timestamp() where id = $1`, [
      next.order_id,
    ]);
  }
  await client.query('commit');
  if (next) console.log(`order ${next.order_id} processed`);
  return next !== undefined;
}

function sleepUntilWoken(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
