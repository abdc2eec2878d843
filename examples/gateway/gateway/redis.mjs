import { createConnection } from 'node:net';

/** Sends one command; what comes back is a number or one line. */
export function command(address, ...words) {
  const { hostname, port } = new URL(address);
  const sent = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: hostname, port: Number(port), timeout: 2000 });
    socket.write(`*${words.length}\r\n${sent}`);
    socket.setEncoding('utf8').once('data', (answer) => {
      socket.destroy();
      const line = answer.slice(1).trim();
      if (answer.startsWith('-')) reject(new Error(`redis: ${line}`));
      else resolve(answer.startsWith(':') ? Number(line) : line);
    });
    socket.once('timeout', () => socket.destroy(new Error('it does not answer')));
    socket.once('error', (error) => reject(new Error(`redis: ${error.message}`)));
  });
}
