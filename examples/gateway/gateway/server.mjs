import { createServer } from 'node:http';
import { greetMongo } from './mongo.mjs';
import { command } from './redis.mjs';

const { MONGODB_URI, REDIS_URL, ADMIN_TOKEN, REQUESTS_PER_MINUTE = '60' } = process.env;
const { HOST = '127.0.0.1', PORT = '8080', ADMIN_PORT = '8081' } = process.env;
const limit = Number(REQUESTS_PER_MINUTE);
const count = { passed: 0, refused: 0 };

/** Every client may ask so often a minute; all gateways count in the same Redis. */
async function answer(request) {
  const client = request.headers['x-client'] ?? request.socket.remoteAddress;
  const key = `rate:${client}:${Math.floor(Date.now() / 60_000)}`;
  const asked = await command(REDIS_URL, 'INCR', key);
  if (asked === 1) await command(REDIS_URL, 'EXPIRE', key, '120');
  if (asked > limit) {
    count.refused++;
    return [429, { error: `${client} has asked more than ${limit} times this minute` }];
  }
  count.passed++;
  return [200, { client, path: request.url, left: limit - asked }];
}

async function admin(request) {
  if (request.url === '/health/live') return [200, { status: 'ok' }];
  if (request.url === '/health/ready') {
    return [200, { mongodb: await greetMongo(MONGODB_URI), redis: await command(REDIS_URL, 'PING') }];
  }
  if (request.headers.authorization !== `Bearer ${ADMIN_TOKEN}`) return [401, { error: 'the token is another one' }];
  return [200, count];
}

async function respond(response, answered) {
  const [status, body] = await answered.catch((error) => [503, { error: error.message }]);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function serve(name, port, handle) {
  const server = createServer((request, response) => void respond(response, handle(request)));
  return server.listen(Number(port), HOST, () => console.log(`${name} listens on http://${HOST}:${port}`));
}

const servers = [serve('gateway', PORT, answer), serve('admin', ADMIN_PORT, admin)];
const stop = () => servers.forEach((server) => server.close());
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
