import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { SERVICES = '', AUDIT_URL, HOST = '127.0.0.1', PORT = '8080' } = process.env;
const services = SERVICES.split(' ').map((entry) => entry.split('='));
const page = readFileSync(new URL('index.html', import.meta.url));

const server = createServer((request, response) => {
  if (request.url === '/healthz') return send(response, 200, 'text/plain', 'ok');
  if (request.url === '/') return send(response, 200, 'text/html; charset=utf-8', page);
  if (request.url === '/state') return void state().then((found) => sendJson(response, found));
  return send(response, 404, 'text/plain', `nothing at ${request.url}`);
});

/** What every service says about itself, and what was audited last. */
async function state() {
  const asked = services.map(async ([name, url]) => ({ name, ...(await ask(`${url}/ready`)) }));
  return { services: await Promise.all(asked), audit: await ask(`${AUDIT_URL}/audit`) };
}

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    return await response.json();
  } catch (error) {
    return { error: error.cause?.code ?? error.message };
  }
}

const sendJson = (response, value) => send(response, 200, 'application/json', JSON.stringify(value));

function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

server.listen(Number(PORT), HOST, () => console.log(`web listens on http://${HOST}:${PORT}`));

function stop() {
  server.close();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
