import { expect, test } from 'vitest';
import type { InfraKind } from '../../../src/kinds/index.ts';
import { infraEngines } from '../../../src/kinds/index.ts';
import type { ContainerFacts } from '../../../src/kinds/kind.ts';
import { specOf } from './spec.ts';

const kinds = Object.keys(infraEngines) as InfraKind[];
const PASSWORD = 's3cr3t';

interface Row {
  readonly kind: InfraKind;
  readonly change?: Parameters<typeof specOf>[1];
  readonly facts: ContainerFacts;
}

const redisConf = (more: string) => ({
  '/usr/local/etc/devstack.conf': `protected-mode no\nappendonly yes\nsave 60 1\nbind * -::*\ndir "/data"\n${more}`,
});
const replicaSet = [
  '[ -s /data/configdb/devstack.key ] || head -c 512 /dev/urandom | base64 -w 0 >/data/configdb/devstack.key',
  'chmod 400 /data/configdb/devstack.key',
  'chown mongodb:mongodb /data/configdb/devstack.key',
  'exec docker-entrypoint.sh mongod --replSet rs0 --bind_ip_all --keyFile /data/configdb/devstack.key "$@"',
].join(' && ');
const mongoEnv = {
  MONGO_INITDB_ROOT_USERNAME: 'app',
  MONGO_INITDB_ROOT_PASSWORD: PASSWORD,
  MONGO_INITDB_DATABASE: 'shop',
};
const postgresEnv = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: PASSWORD, POSTGRES_DB: 'shop' };
const bytes = (text: string) => `<<${[...Buffer.from(text)].join(',')}>>`;
const rabbitLogin = (vhost: string) =>
  `[{rabbit,[{default_user,${bytes('app')}},{default_pass,${bytes(PASSWORD)}},{default_vhost,${bytes(vhost)}}]}].\n`;

const containers: readonly Row[] = [
  {
    kind: 'postgres',
    facts: {
      env: postgresEnv,
      dataFolder: '/var/lib/postgresql/data',
      makesData: true,
      sharedMemoryBytes: 268_435_456,
    },
  },
  {
    kind: 'postgres',
    change: { version: '18-alpine' },
    facts: { env: postgresEnv, dataFolder: '/var/lib/postgresql', makesData: true, sharedMemoryBytes: 268_435_456 },
  },
  {
    kind: 'mysql',
    facts: {
      command: ['--init-file=/etc/devstack-passwords.sql'],
      files: {
        '/etc/devstack-passwords.sql': ['root', 'app']
          .map((user) => `ALTER USER IF EXISTS '${user}'@'%' IDENTIFIED BY '${PASSWORD}';\n`)
          .join(''),
      },
      env: { MYSQL_ROOT_PASSWORD: PASSWORD, MYSQL_USER: 'app', MYSQL_PASSWORD: PASSWORD, MYSQL_DATABASE: 'shop' },
      dataFolder: '/var/lib/mysql',
      makesData: true,
    },
  },
  {
    kind: 'mariadb',
    change: { user: 'root' },
    facts: {
      command: ['--init-file=/etc/devstack-passwords.sql'],
      files: {
        '/etc/devstack-passwords.sql': `ALTER USER IF EXISTS 'root'@'%' IDENTIFIED BY '${PASSWORD}';\n`,
      },
      env: { MARIADB_ROOT_PASSWORD: PASSWORD, MARIADB_DATABASE: 'shop' },
      dataFolder: '/var/lib/mysql',
      makesData: true,
    },
  },
  { kind: 'mongodb', facts: { env: mongoEnv, dataFolder: '/data/db', makesData: true, mounts: {} } },
  {
    kind: 'mongodb',
    change: { options: { replicaSet: true }, init: ['/shop/seed.js', '/shop/more/index.js'] },
    facts: {
      env: mongoEnv,
      dataFolder: '/data/db',
      makesData: true,
      mounts: {
        '/shop/seed.js': '/docker-entrypoint-initdb.d/000-seed.js',
        '/shop/more/index.js': '/docker-entrypoint-initdb.d/001-index.js',
      },
      command: ['bash', '-c', replicaSet, 'devstack'],
    },
  },
  {
    kind: 'redis',
    facts: {
      command: ['redis-server', '/usr/local/etc/devstack.conf'],
      files: redisConf(`requirepass "${PASSWORD}"\n`),
      dataFolder: '/data',
    },
  },
  {
    kind: 'valkey',
    change: { password: '' },
    facts: {
      command: ['valkey-server', '/usr/local/etc/devstack.conf'],
      files: redisConf(''),
      dataFolder: '/data',
    },
  },
  {
    kind: 'rabbitmq',
    change: { options: { vhost: 'shop', plugins: ['rabbitmq_shovel'] } },
    facts: {
      files: {
        '/etc/rabbitmq/enabled_plugins': '[rabbitmq_management,rabbitmq_shovel].\n',
        '/etc/rabbitmq/advanced.config': rabbitLogin('shop'),
        '/etc/rabbitmq/rabbitmq-env.conf': expect.stringContaining('ERL_AFLAGS'),
        '/etc/rabbitmq/devstack-preload.script': expect.stringContaining('ensure_modules_loaded'),
      },
      dataFolder: '/var/lib/rabbitmq',
    },
  },
  { kind: 'nats', facts: { command: ['-m', '8222', '-js', '-sd', '/data'], dataFolder: '/data' } },
  { kind: 'nats', change: { options: { jetstream: false } }, facts: { command: ['-m', '8222'] } },
  {
    kind: 'kafka',
    facts: {
      env: {
        KAFKA_NODE_ID: '1',
        KAFKA_PROCESS_ROLES: 'broker,controller',
        KAFKA_LISTENERS: 'INSIDE://:9092,OUTSIDE://:9094,CONTROLLER://:9093',
        KAFKA_ADVERTISED_LISTENERS: 'INSIDE://kafka:9092,OUTSIDE://127.0.0.1:4001',
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
        KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
        KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
        KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
        KAFKA_LOG_DIRS: '/var/lib/kafka/data',
      },
      dataFolder: '/var/lib/kafka/data',
      published: { kafka: 9094 },
    },
  },
  {
    kind: 'minio',
    facts: {
      env: { MINIO_ROOT_USER: 'app', MINIO_ROOT_PASSWORD: PASSWORD },
      command: ['server', '/data', '--console-address', ':9001'],
      dataFolder: '/data',
    },
  },
  { kind: 'mailpit', facts: { env: { MP_DATABASE: '/data/mailpit.db' }, dataFolder: '/data' } },
];

test.each(containers)('what the image of $kind is told: $change', ({ kind, change, facts }) => {
  expect(infraEngines[kind].container(specOf(kind, change))).toEqual(facts);
});

test('every kind is in the table', () => {
  expect(new Set(containers.map(({ kind }) => kind))).toEqual(new Set(kinds));
});

test('clients are led to their server, the shells of MySQL to a database as well', () => {
  const address = {
    host: '127.0.0.1',
    port: 4001,
    user: 'app',
    password: PASSWORD,
    database: 'shop',
    extraPorts: {},
    publicPorts: {},
    publicHost: 'localhost',
    options: {},
  };
  const login = ['--host=127.0.0.1', '--port=4001', '--protocol=tcp', '--user=app'];
  expect(infraEngines.redis.clientArguments?.(address)['redis-cli']).toEqual(['-h', '127.0.0.1', '-p', '4001']);
  expect(infraEngines.mysql.clientArguments?.(address)['mysql']).toEqual([...login, '--database=shop']);
  expect(infraEngines.mariadb.clientArguments?.(address)['mariadb-dump']).toEqual(login);
  for (const kind of kinds)
    expect(JSON.stringify(infraEngines[kind].clientArguments?.(address) ?? {})).not.toContain(PASSWORD);
});
