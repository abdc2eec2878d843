import { expect, test } from 'vitest';
import type { InfraKind } from '../../../src/kinds/index.ts';
import { infraEngines } from '../../../src/kinds/index.ts';
import type { ContainerFacts } from '../../../src/kinds/kind.ts';
import type { NativeCommand, NativePlace } from '../../../src/kinds/native.ts';
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
        '/etc/rabbitmq/enabled_plugins': '[rabbitmq_management,rabbitmq_prometheus,rabbitmq_shovel].\n',
        '/etc/rabbitmq/advanced.config': rabbitLogin('shop'),
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

const natives: readonly (readonly [InfraKind, { file: string; args: readonly string[]; secret: readonly string[] }])[] =
  [
    ['redis', { file: '/opt/redis-server', args: ['/p/.devstack/data/redis/server.conf'], secret: ['server.conf'] }],
    ['valkey', { file: '/opt/valkey-server', args: ['/p/.devstack/data/valkey/server.conf'], secret: ['server.conf'] }],
    ['rabbitmq', { file: '/opt/rabbitmq-server', args: [], secret: ['advanced.config'] }],
    [
      'nats',
      {
        file: '/opt/nats-server',
        args: ['--addr=127.0.0.1', '--port=4001', '--http_port=4002', '-js', '-sd', '/p/.devstack/data/nats/data'],
        secret: [],
      },
    ],
    ...(['mysql', 'mariadb'] as const).map(
      (kind) =>
        [
          kind,
          {
            file: `/opt/${kind === 'mysql' ? 'mysqld' : 'mariadbd'}`,
            args: [
              '--no-defaults',
              `--datadir=/p/.devstack/data/${kind}/data`,
              `--init-file=/p/.devstack/data/${kind}/login.sql`,
              '--bind-address=127.0.0.1',
              '--port=4001',
              '--socket=/tmp/devstack-mysql-4001.sock',
              `--pid-file=/p/.devstack/data/${kind}/server.pid`,
              '--skip-name-resolve',
              '--loose-mysqlx=OFF',
            ],
            secret: ['login.sql'],
          },
        ] as const,
    ),
  ];

function nativeOf(kind: InfraKind, change: Parameters<typeof specOf>[1] = {}) {
  const { native } = infraEngines[kind];
  if (native.kind !== 'program') throw new Error(`${kind} has no program`);
  const folder = `/p/.devstack/data/${kind}`;
  const place: NativePlace = {
    spec: specOf(kind, change),
    program: `/opt/${native.program}`,
    folder,
    data: `${folder}/data`,
    isRoot: false,
    innerPorts: [5001, 5002],
  };
  return { native, place };
}

test.each(natives)('how %s of this machine is started', (kind, { file, args, secret }) => {
  const { native, place } = nativeOf(kind);
  const command = native.command(place);
  expect([command.file, command.args, Object.keys(native.secretFiles?.(place) ?? {})]).toEqual([file, args, secret]);
  // What the config adds comes last, so that it wins.
  const more = nativeOf(kind, { args: ['--more'] });
  expect(more.native.command(more.place).args.at(-1)).toBe('--more');
});

test('the other kinds have none, and say why', () => {
  const listed = new Set(natives.map(([kind]) => kind));
  const others = kinds.filter((kind) => !listed.has(kind));
  expect(Object.fromEntries(others.map((kind) => [kind, infraEngines[kind].native]))).toEqual({
    postgres: { kind: 'postgres' },
    mongodb: { kind: 'none', reason: 'no distribution has MongoDB among its packages' },
    kafka: { kind: 'none', reason: 'no distribution has Kafka among its packages' },
    minio: { kind: 'none', reason: 'no distribution has MinIO among its packages' },
    mailpit: { kind: 'none', reason: 'no package of a distribution has Mailpit, and a mere SMTP sink is no inbox' },
  });
});

test('a file with a password is one that is forgotten', () => {
  for (const [kind] of natives) {
    const { native, place } = nativeOf(kind);
    expect(JSON.stringify(native.files?.(place) ?? {})).not.toContain(PASSWORD);
  }
});

test('the login of MySQL is one statement a line, whatever the names and the password are', () => {
  const { native, place } = nativeOf('mariadb', { user: "o'neil", password: "a'b\\c\nd", database: 'my_shop-`1' });
  expect(native.secretFiles?.(place)).toEqual({
    'login.sql': [
      "CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY 'a\\'b\\\\c\\nd';",
      "ALTER USER 'root'@'%' IDENTIFIED BY 'a\\'b\\\\c\\nd';",
      "CREATE USER IF NOT EXISTS 'o\\'neil'@'%' IDENTIFIED BY 'a\\'b\\\\c\\nd';",
      "ALTER USER 'o\\'neil'@'%' IDENTIFIED BY 'a\\'b\\\\c\\nd';",
      "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;",
      "DROP USER IF EXISTS 'root'@'localhost';",
      "DROP USER IF EXISTS 'root'@'127.0.0.1';",
      "DROP USER IF EXISTS 'root'@'::1';",
      'CREATE DATABASE IF NOT EXISTS `my_shop-``1`;',
      "GRANT ALL PRIVILEGES ON `my\\_shop-``1`.* TO 'o\\'neil'@'%';",
      '',
    ].join('\n'),
  });
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

test.each(kinds)('no command line of %s has a password in it', (kind) => {
  const spec = specOf(kind, { options: { replicaSet: true, buckets: ['b'], topics: ['t'], definitions: '/d.json' } });
  const engine = infraEngines[kind];
  const lines: unknown[] = [engine.container(spec).command];
  for (const step of engine.setUp?.(spec) ?? []) if (step.kind === 'exec') lines.push(step.argv);
  if (engine.native.kind === 'program') {
    const { native, place } = nativeOf(kind);
    const all: readonly NativeCommand[] = [native.command(place), ...(native.create?.(place) ?? [])];
    lines.push(...all.map(({ file, args }) => [file, args]));
  }
  expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  // Nor by a shell that fills it in: whoever lists the processes would see it.
  expect(JSON.stringify(lines)).not.toMatch(/\$\{?\w*PASSWORD/);
});
