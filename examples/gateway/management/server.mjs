import { createServer } from 'node:http';
import { greetMongo } from './mongo.mjs';

const { MONGODB_URI, GATEWAY_ADMIN_URL, ADMIN_TOKEN, HOST = '127.0.0.1', PORT = '3000' } = process.env;

async function gatewayState() {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(`${GATEWAY_ADMIN_URL}/state`, { headers, signal: AbortSignal.timeout(2000) });
  return response.json();
}

const routes = {
  '/': async () => ({ gateway: await gatewayState() }),
  '/health/live': () => ({ status: 'ok' }),
  '/health/ready': async () => ({ mongodb: await greetMongo(MONGODB_URI) }),
};

const server = createServer((request, response) => void respond(request, response));

async function respond(request, response) {
  const route = routes[request.url] ?? (() => ({ error: `nothing at ${request.url}` }));
  const failed = (error) => ({ error: error.cause?.code ?? error.message });
  const body = await Promise.resolve().then(route).catch(failed);
  response.writeHead('error' in body ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
server.listen(Number(PORT), HOST, () => console.log(`management listens on http://${HOST}:${PORT}`));

const stop = () => server.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
