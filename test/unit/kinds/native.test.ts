import { expect, test } from 'vitest';
import type { InfraKind } from '../../../src/kinds/index.ts';
import { infraEngines } from '../../../src/kinds/index.ts';
import type { NativeCommand, NativePlace } from '../../../src/kinds/native.ts';
import { specOf } from './spec.ts';

const kinds = Object.keys(infraEngines) as InfraKind[];
const PASSWORD = 's3cr3t';

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
