// A process under supervision that does what a test tells it over a socket. RIG is the socket, the first argument its name.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';

const name = process.argv[2];
const socket = connect(process.env.RIG);
const tell = (message) => socket.write(`${JSON.stringify(message)}\n`);
socket.on('error', () => undefined);
socket.on('connect', () => tell({ name, pid: process.pid, env: { ...process.env } }));

const listen = (port) =>
  createServer((_, response) => {
    response.statusCode = 200;
    response.end(`${name} ${process.pid}`);
  }).listen(port, '127.0.0.1', () => tell({ did: 'listen' }));

const actions = {
  exit: ({ code }) => process.exit(code),
  out: ({ text }) => process.stdout.write(text, () => tell({ did: 'out' })),
  err: ({ text }) => process.stderr.write(text, () => tell({ did: 'err' })),
  listen: ({ port }) => listen(port ?? Number(process.env.PORT)),
  ignore: ({ signal }) => {
    process.on(signal, () => undefined);
    tell({ did: 'ignore' });
  },
  throw: () => {
    throw new Error('told to');
  },
  /** A child of its own; `detached` puts it into a session of its own. */
  fork: ({ detached, ignoreTerm }) => {
    const code = `${ignoreTerm ? "process.on('SIGTERM', () => {});" : ''} console.log('up'); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ['-e', code], { detached, stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => tell({ did: 'fork', pid: child.pid }));
  },
  flood: ({ from = 0, lines, width }) => {
    const line = (index) => `${name} ${String(index).padStart(8, '0')} `.padEnd(width - 1, 'x') + '\n';
    let index = from;
    const end = from + lines;
    const more = () => {
      while (index < end) {
        let block = '';
        for (let count = 0; count < 500 && index < end; count++) block += line(index++);
        if (!process.stdout.write(block)) return process.stdout.once('drain', more);
      }
      tell({ did: 'flood' });
    };
    more();
  },
};

let rest = '';
socket.setEncoding('utf8');
socket.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const message = JSON.parse(line);
    actions[message.do](message);
  }
});
// The test is over, however it ended.
socket.on('close', () => process.exit(0));
setInterval(() => undefined, 60_000);
