import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createConnection } from 'node:net';
import { buffer } from 'node:stream/consumers';

const { NATS_URL, BOARD_URL, HOST = '127.0.0.1', PORT = '3000' } = process.env;
const page = readFileSync(new URL('index.html', import.meta.url));

/** The protocol of NATS is lines of text; what is published here wants no answer. */
let bus;
function connect() {
  const { hostname, port } = new URL(NATS_URL);
  bus = createConnection({ host: hostname, port: Number(port) });
  bus.write('CONNECT {"verbose":false}\r\n');
  bus.on('data', (data) => data.includes('PING') && bus.write('PONG\r\n'));
  bus.on('error', (error) => console.error(`nats: ${error.message}`));
  bus.on('close', () => server.listening && setTimeout(connect, 1000));
}

const routes = {
  'GET /': () => [200, 'text/html; charset=utf-8', page],
  'GET /healthz': () => [bus.readyState === 'open' ? 200 : 503, 'text/plain', bus.readyState],
  'GET /totals': async () => [200, 'application/json', await (await fetch(`${BOARD_URL}/totals`)).text()],
  'POST /texts': async (request) => {
    const text = await buffer(request);
    bus.write(Buffer.concat([Buffer.from(`PUB texts ${text.length}\r\n`), text, Buffer.from('\r\n')]));
    return [202, 'text/plain', 'counting'];
  },
};

const server = createServer((request, response) => void respond(request, response));

async function respond(request, response) {
  const route = routes[`${request.method} ${request.url}`] ?? (() => [404, 'text/plain', 'nothing here']);
  const failed = (error) => [502, 'text/plain', error.cause?.code ?? error.message];
  const [status, type, body] = await Promise.resolve(request).then(route).catch(failed);
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
server.listen(Number(PORT), HOST, () => {
  console.log(`api listens on http://${HOST}:${PORT}`);
  connect();
});

function stop() {
  server.close();
  bus?.destroy();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
