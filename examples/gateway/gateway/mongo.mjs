import { createConnection } from 'node:net';

const OP_MSG = 2013;
/** BSON of `{ hello: 1, $db: 'admin' }`. */
const hello = document(
  Buffer.concat([Buffer.from('\x10hello\0\x01\0\0\0'), Buffer.from('\x02$db\0\x06\0\0\0admin\0')]),
);

/** Asks a MongoDB server who it is, which it tells before anybody logs in. */
export function greetMongo(address) {
  const { hostname, port } = new URL(address);
  const body = Buffer.concat([Buffer.alloc(5), hello]);
  const head = Buffer.alloc(16);
  [16 + body.length, 1, 0, OP_MSG].forEach((value, index) => head.writeInt32LE(value, index * 4));
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: hostname, port: Number(port), timeout: 2000 });
    socket.write(Buffer.concat([head, body]));
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.includes('isWritablePrimary\0\x01')) resolve('hello is answered by a server that takes writes');
      else reject(new Error('mongodb: it does not take writes'));
    });
    socket.once('timeout', () => socket.destroy(new Error('it does not answer')));
    socket.once('error', (error) => reject(new Error(`mongodb: ${error.message}`)));
  });
}

function document(elements) {
  const whole = Buffer.concat([Buffer.alloc(4), elements, Buffer.alloc(1)]);
  whole.writeInt32LE(whole.length);
  return whole;
}
