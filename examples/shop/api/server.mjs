import { createServer } from 'node:http';
import { BadRequest, createShop, Unavailable } from './shop.mjs';

const { DATABASE_URL, HOST = '127.0.0.1', PORT = '3000' } = process.env;
if (!DATABASE_URL) {
  console.error('DATABASE_URL is not set; devstack sets it from db.url');
  process.exit(1);
}
const shop = createShop(DATABASE_URL);

const routes = [
  ['GET', /^\/healthz$/, async () => [200, await shop.health()]],
  ['GET', /^\/products$/, async () => [200, await shop.products()]],
  ['POST', /^\/orders$/, async (request) => [201, await shop.placeOrder(await readJson(request))]],
  ['GET', /^\/orders\/([^/]+)$/, async (_request, id) => found(await shop.order(id), `order ${id}`)],
];

const server = createServer((request, response) => void respond(request, response));

async function respond(request, response) {
  const started = performance.now();
  const [status, body] = await answer(request).catch(explain);
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
  if (request.url === '/healthz') return;
  const problem = status >= 400 ? `: ${body.error}` : '';
  console.log(`${request.method} ${request.url} ${status} ${Math.round(performance.now() - started)} ms${problem}`);
}

async function answer(request) {
  const [pathname] = request.url.split('?');
  const matching = routes.filter(([, pattern]) => pattern.test(pathname));
  if (matching.length === 0) return [404, { error: `nothing at ${pathname}` }];
  const route = matching.find(([method]) => method === request.method);
  if (!route) return [405, { error: `${pathname} does not take ${request.method}` }];
  const [, pattern, handle] = route;
  return handle(request, ...pattern.exec(pathname).slice(1));
}

function explain(error) {
  if (error instanceof BadRequest) return [400, { error: error.message }];
  if (error instanceof Unavailable) return [503, { error: error.message }];
  console.error(error);
  return [500, { error: 'unexpected error, see the log of the api' }];
}

function found(value, what) {
  return value ? [200, value] : [404, { error: `there is no ${what}` }];
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 10_000) throw new BadRequest('the body is larger than 10 kB');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('the body is not JSON');
  }
}

server.on('error', (error) => {
  console.error(`cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), HOST, () => console.log(`api listens on http://${HOST}:${PORT}`));

function stop(signal) {
  console.log(`${signal}: finishing open requests`);
  server.close(() => void shop.close().then(() => console.log('stopped')));
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
