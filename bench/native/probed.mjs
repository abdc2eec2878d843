// A server that writes down when it was asked: gaps show what a busy supervisor does to its probes.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

createServer((_, response) => {
  appendFileSync(process.env.BENCH_PROBE_FILE, `${Date.now()}\n`);
  response.end('ok');
}).listen(Number(process.env.PORT), '127.0.0.1');
