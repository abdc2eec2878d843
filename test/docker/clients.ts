import amqp from 'amqplib';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { connect as connectNats } from 'nats';

/** What a program of the user does with a server: keeps a value under a name, and gets it back. */
export interface Use {
  write(name: string, value: string): Promise<void>;
  read(name: string): Promise<string | undefined>;
}

export interface Reach {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The ordinary client library of each kind. */
export const clients: { readonly [kind in 'redis' | 'rabbitmq' | 'mysql' | 'mariadb' | 'nats']: (at: Reach) => Use } = {
  redis: redisUse,
  rabbitmq: rabbitUse,
  mysql: sqlUse,
  mariadb: sqlUse,
  nats: natsUse,
};

function redisUse({ port, password }: Reach): Use {
  const using = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis({ host: '127.0.0.1', port, password, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {}); // the call itself rejects
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  return {
    write: async (name, value) => void (await using((client) => client.set(name, value))),
    read: async (name) => (await using((client) => client.get(name))) ?? undefined,
  };
}

function rabbitUse({ port, user, password }: Reach): Use {
  const using = async <T>(work: (channel: amqp.ConfirmChannel) => Promise<T>): Promise<T> => {
    const connection = await amqp.connect({ hostname: '127.0.0.1', port, username: user, password, vhost: '/' });
    connection.on('error', () => {});
    try {
      return await work(await connection.createConfirmChannel());
    } finally {
      await connection.close().catch(() => {});
    }
  };
  return {
    write: (name, value) =>
      using(async (channel) => {
        await channel.assertQueue(name, { durable: true });
        channel.sendToQueue(name, Buffer.from(value), { persistent: true });
        await channel.waitForConfirms();
      }),
    read: (name) =>
      using(async (channel) => {
        await channel.assertQueue(name, { durable: true });
        const message = await channel.get(name);
        return message === false ? undefined : message.content.toString();
      }),
  };
}

function sqlUse({ port, user, password }: Reach): Use {
  const query = async (sql: string, values: readonly string[]) => {
    const client = await createConnection({ host: '127.0.0.1', port, user, password, database: 'shop' });
    try {
      await client.query('create table if not exists kept (name varchar(50) primary key, value text)');
      const [rows] = await client.query(sql, [...values]);
      return rows;
    } finally {
      await client.end();
    }
  };
  return {
    write: async (name, value) => void (await query('replace into kept values (?, ?)', [name, value])),
    async read(name) {
      const rows: unknown = await query('select value from kept where name = ?', [name]);
      const [row]: unknown[] = Array.isArray(rows) ? rows : [];
      return typeof row === 'object' && row !== null && 'value' in row ? String(row.value) : undefined;
    },
  };
}

function natsUse({ port }: Reach): Use {
  const bucket = async <T>(work: (kv: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> => {
    const connection = await connectNats({ servers: `127.0.0.1:${port}`, reconnect: false });
    try {
      return await work(await open(connection));
    } finally {
      await connection.close();
    }
  };
  const open = (connection: Awaited<ReturnType<typeof connectNats>>) => connection.jetstream().views.kv('kept');
  return {
    write: (name, value) => bucket(async (kv) => void (await kv.put(name, value))),
    read: (name) => bucket(async (kv) => (await kv.get(name))?.string()),
  };
}
