import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text as readText } from 'node:stream/consumers';

const { API_URL, HOST = '127.0.0.1', PORT = '8080' } = process.env;
if (!API_URL) {
  console.error('API_URL is not set; devstack sets it from api.url');
  process.exit(1);
}
const page = readFileSync(new URL('index.html', import.meta.url));

const server = createServer((request, response) => void respond(request, response));

async function respond(request, response) {
  const [pathname] = request.url.split('?');
  if (pathname === '/healthz') return send(response, 200, 'text/plain', 'ok');
  if (pathname === '/') return send(response, 200, 'text/html; charset=utf-8', page);
  if (pathname.startsWith('/api/')) return forward(request, response, request.url.slice('/api'.length));
  return send(response, 404, 'text/plain', `nothing at ${pathname}`);
}

/** The browser talks to this server only, so the api needs no public address. */
async function forward(request, response, path) {
  try {
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const answer = await fetch(API_URL + path, {
      method: request.method,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      body: hasBody ? await readText(request) : undefined,
      signal: AbortSignal.timeout(10_000),
    });
    send(response, answer.status, 'application/json', await answer.text());
  } catch (error) {
    const reason = `api at ${API_URL} does not answer: ${error.cause?.code ?? error.message}`;
    console.error(reason);
    send(response, 502, 'application/json', JSON.stringify({ error: reason }));
  }
}

function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

server.on('error', (error) => {
  console.error(`cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), HOST, () => console.log(`shop is open on http://${HOST}:${PORT}`));

function stop(signal) {
  console.log(`${signal}: finishing open requests`);
  server.close(() => console.log('stopped'));
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
