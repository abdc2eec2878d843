import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { get } from 'node:http';
import { pause } from './wait.mjs';

// The ordinary clients, as a service has them; devstack's own packages bring them along.
const { Client } = createRequire(new URL('../../package.json', import.meta.url))('pg');
const amqp = createRequire(new URL('../../package.json', import.meta.url))('amqplib');

export const LOGIN = { user: 'app', password: 'bench', database: 'shop' };
export const IMAGES = { db: 'postgres:17', cache: 'redis:8', queue: 'rabbitmq:4-management' };

/** Rejects until the server does what a service wants of it. */
export const clients = {
  async db(port) {
    const client = new Client({ host: '127.0.0.1', port, ...LOGIN, connectionTimeoutMillis: 3000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      await client.end().catch(() => {});
    }
  },
  cache: (port) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => socket.write('PING\r\n'));
      socket.once('data', (data) => (socket.destroy(), String(data).startsWith('+PONG') ? resolve() : reject(data)));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed')));
    }),
  async queue(port) {
    const connection = await amqp.connect(`amqp://${LOGIN.user}:${LOGIN.password}@127.0.0.1:${port}`);
    connection.on('error', () => {});
    await connection.createChannel();
    await connection.close();
  },
  web: (port) =>
    new Promise((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
        response.resume();
        response.once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error('not 200'))));
      });
      request.once('error', reject);
    }),
};

/** When a client that asks again and again is first served, ms since the epoch. */
export async function firstServed(name, port, limitMs = 120_000) {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      await clients[name](port);
      return Date.now();
    } catch (error) {
      if (Date.now() > end) throw new Error(`${name} on ${port} serves nobody`, { cause: error });
    }
    await pause(2);
  }
}

/** How many of the three turn a client away right now. */
export async function countRefusals(ports) {
  const results = await Promise.allSettled(Object.entries(ports).map(([name, port]) => clients[name](port)));
  return results.filter(({ status }) => status === 'rejected').length;
}
