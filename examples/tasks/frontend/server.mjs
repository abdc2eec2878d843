import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { API_URL = '', HOST = '127.0.0.1', PORT = '8080' } = process.env;
const page = readFileSync(new URL('index.html', import.meta.url), 'utf8').replace('%API_URL%', API_URL);

const server = createServer((request, response) => {
  const isPage = request.url === '/';
  response.writeHead(isPage || request.url === '/healthz' ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
  response.end(isPage ? page : '');
});
server.listen(Number(PORT), HOST, () => console.log(`frontend listens on http://${HOST}:${PORT}`));

function stop() {
  server.close();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
