// oxlint-disable typescript/restrict-template-expressions -- a Ref is made for template literals
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Asker, Facts } from '../../../src/config/addresses.ts';
import { createLookup, valuesNeeded } from '../../../src/config/addresses.ts';
import { stackKey, thisCopy } from '../../../src/config/brand.ts';
import { environmentOf } from '../../../src/config/environment.ts';
import { normalizeStack } from '../../../src/config/normalize/stack.ts';
import type { Stack } from '../../../src/core/stack.ts';
import { resourceOf } from '../../../src/core/stack.ts';
import type { Resource } from '../../../src/index.ts';
import {
  container,
  kafka,
  mailpit,
  mariadb,
  minio,
  mongodb,
  mysql,
  nats,
  param,
  perTarget,
  postgres,
  rabbitmq,
  redis,
  secret,
  service,
  valkey,
} from '../../../src/index.ts';

function stackOf(resources: { [name: string]: Resource }): Stack {
  const defined = { name: 'shop', resources, [stackKey]: { copy: thisCopy(), place: undefined } };
  Object.defineProperty(defined, stackKey, { enumerable: false });
  const normalized = normalizeStack(defined, '/tmp/devstack.config.ts');
  if (normalized.kind === 'invalid') throw new Error(JSON.stringify(normalized.problems));
  return normalized.stack;
}

/** Host ports count from 1000 per resource. */
function factsOf(password: string): Facts {
  const numbers = new Map<string, number>();
  return {
    hostPort(resource, port) {
      const key = `${resource}/${port}`;
      numbers.set(key, numbers.get(key) ?? 1000 + numbers.size);
      return numbers.get(key);
    },
    secret: (name) => (name === 'NONE' ? undefined : password),
    param: () => undefined,
    gateway: 'host.docker.internal',
  };
}

const native: Asker = { target: 'dev', kind: 'native' };
const inContainer: Asker = { target: 'dev', kind: 'container' };
const askers: readonly Asker[] = [
  native,
  inContainer,
  { target: 'compose' },
  { target: 'kind' },
  { target: 'kind', namespace: 'x' },
];

function textsFor(
  resources: { [name: string]: Resource },
  resource: string,
  part: string,
): readonly (string | undefined)[] {
  const stack = stackOf(resources);
  return askers.map((asker) => createLookup(stack, asker, factsOf('p/w'))({ kind: 'resource', resource, part })?.text);
}

test('an address of infra depends on who asks', () => {
  const resources = { db: postgres() };
  expect(textsFor(resources, 'db', 'url')).toEqual([
    'postgresql://app:p%2Fw@127.0.0.1:1000/db',
    'postgresql://app:p%2Fw@db:5432/db',
    'postgresql://app:p%2Fw@db:5432/db',
    'postgresql://app:p%2Fw@db.shop.svc:5432/db',
    'postgresql://app:p%2Fw@db.x.svc:5432/db',
  ]);
});

test('an address of a service depends on who asks', () => {
  const resources = {
    api: service({
      dev: 'a',
      ports: { http: 'auto', grpc: { protocol: 'h2c' } },
      deploy: { ingress: 'shop.localhost' },
    }),
  };
  expect(textsFor(resources, 'api', 'grpc.url')).toEqual([
    'http://127.0.0.1:1000',
    'http://host.docker.internal:1000',
    'http://api:8081',
    'http://api.shop.svc:8081',
    'http://api.x.svc:8081',
  ]);
  const publicUrls = [
    'http://localhost:1000',
    'http://localhost:1000',
    'http://localhost:1000',
    'http://shop.localhost',
    'http://shop.localhost',
  ];
  expect(textsFor(resources, 'api', 'http.publicUrl')).toEqual(publicUrls);
  expect(textsFor(resources, 'api', 'http.origin')).toEqual(publicUrls);
});

test('a container is reached by name from containers, and on this machine from processes', () => {
  expect(textsFor({ search: container({ image: 'x', port: 7700 }) }, 'search', 'http.url').slice(0, 3)).toEqual([
    'http://127.0.0.1:1000',
    'http://search:7700',
    'http://search:7700',
  ]);
});

test('a server that runs on this machine is reached through the gateway from containers', () => {
  const lookup = createLookup(stackOf({ db: postgres() }), inContainer, { ...factsOf('p'), onHost: () => true });
  expect(lookup({ kind: 'resource', resource: 'db', part: 'host' })?.text).toBe('host.docker.internal');
});

test('every engine has the values of its builder', () => {
  const resources = {
    pg: postgres(),
    my: mysql(),
    maria: mariadb({ database: 'x' }),
    docs: mongodb({ replicaSet: true }),
    cache: redis(),
    vk: valkey({ password: 'a b' }),
    mq: rabbitmq({ vhost: 'a/b' }),
    bus: nats(),
    log: kafka(),
    files: minio(),
    mail: mailpit(),
  };
  const stack = stackOf(resources);
  const lookup = createLookup(stack, inContainer, factsOf('pw'));
  const texts = Object.entries(resources).map(([name, resource]): [string, object] => [
    name,
    Object.fromEntries(
      Object.keys(resource).map((part) => [part, lookup({ kind: 'resource', resource: name, part })?.text]),
    ),
  ]);
  expect(Object.fromEntries(texts)).toMatchInlineSnapshot(`
    {
      "bus": {
        "host": "bus",
        "monitoringUrl": "http://bus:8222",
        "port": "4222",
        "url": "nats://bus:4222",
      },
      "cache": {
        "host": "cache",
        "password": "",
        "port": "6379",
        "url": "redis://cache:6379",
      },
      "docs": {
        "database": "docs",
        "host": "docs",
        "jdbcUrl": "jdbc:mongodb://docs:27017/docs",
        "password": "pw",
        "port": "27017",
        "url": "mongodb://app:pw@docs:27017/docs?authSource=admin&replicaSet=rs0&directConnection=true",
        "user": "app",
      },
      "files": {
        "accessKey": "app",
        "consoleUrl": "http://localhost:1012",
        "host": "files",
        "port": "9000",
        "publicUrl": "http://localhost:1011",
        "region": "us-east-1",
        "secretKey": "pw",
        "url": "http://files:9000",
      },
      "log": {
        "brokers": "log:9092",
        "host": "log",
        "port": "9092",
        "url": "log:9092",
      },
      "mail": {
        "host": "mail",
        "port": "1025",
        "smtpUrl": "smtp://mail:1025",
        "url": "smtp://mail:1025",
        "webUrl": "http://localhost:1014",
      },
      "maria": {
        "database": "x",
        "host": "maria",
        "jdbcUrl": "jdbc:mariadb://maria:3306/x",
        "password": "pw",
        "port": "3306",
        "url": "mysql://app:pw@maria:3306/x",
        "user": "app",
      },
      "mq": {
        "host": "mq",
        "managementUrl": "http://mq:15672",
        "password": "pw",
        "port": "5672",
        "url": "amqp://app:pw@mq:5672/a%2Fb",
        "user": "app",
      },
      "my": {
        "database": "my",
        "host": "my",
        "jdbcUrl": "jdbc:mysql://my:3306/my",
        "password": "pw",
        "port": "3306",
        "url": "mysql://app:pw@my:3306/my",
        "user": "app",
      },
      "pg": {
        "database": "pg",
        "directUrl": "postgresql://app:pw@pg:5432/pg",
        "host": "pg",
        "jdbcUrl": "jdbc:postgresql://pg:5432/pg",
        "password": "pw",
        "port": "5432",
        "url": "postgresql://app:pw@pg:5432/pg",
        "user": "app",
      },
      "vk": {
        "host": "vk",
        "password": "a b",
        "port": "6379",
        "url": "redis://:a%20b@vk:6379",
      },
    }
  `);
});

test('a second database has the name it was given, and the rest of its server', () => {
  const db = postgres();
  const api = service({
    dev: 'a',
    env: { URL: db.addDatabase('billing').url, NAME: db.addDatabase('billing').database },
  });
  const stack = stackOf({ db, api });
  const server = resourceOf(stack, 'db');
  expect(server.kind === 'container' && server.settings.databases).toEqual(['billing']);
  const { env } = environmentOf(resourceOf(stack, 'api'), createLookup(stack, native, factsOf('p')));
  expect(env).toEqual({ PORT: '1000', URL: 'postgresql://app:p@127.0.0.1:1001/billing', NAME: 'billing' });
});

test('any password comes back from the url, and every form of it is known as a secret', () => {
  const db = postgres({ user: 'o.k+1' });
  const api = service({ dev: 'a', env: { URL: db.url, RAW: db.password } });
  const stack = stackOf({ db, api });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (password) => {
      const { env, secrets } = environmentOf(resourceOf(stack, 'api'), createLookup(stack, native, factsOf(password)));
      const url = new URL(env['URL'] ?? '');
      expect([decodeURIComponent(url.password), decodeURIComponent(url.username), url.pathname, env['RAW']]).toEqual([
        password,
        'o.k+1',
        '/db',
        password,
      ]);
      expect(url.password).toMatch(/^[\w.~*%-]+$/);
      expect(secrets).toContain(password);
      expect(secrets).toContain(url.password);
    }),
  );
});

test('what has no value is missing, and its variable is absent', () => {
  const db = postgres({ password: secret('NONE') });
  const env = {
    A: secret('NONE'),
    B: db.url,
    C: param('P'),
    D: param('Q', { default: 1 }),
    E: perTarget({ kind: secret('NONE') }),
    F: `x${secret('NONE')}`,
  };
  const stack = stackOf({ db, api: service({ dev: 'a', env }) });
  const api = resourceOf(stack, 'api');
  expect(environmentOf(api, createLookup(stack, native, factsOf('p')))).toEqual({
    env: { PORT: '1000', D: '1' },
    secrets: [],
    missing: [
      { kind: 'secret', name: 'NONE' },
      { kind: 'resource', resource: 'db', part: 'url' },
      { kind: 'param', name: 'P' },
      { kind: 'secret', name: 'NONE' },
    ],
  });
  expect(valuesNeeded(stack, api, 'dev')).toEqual([
    { kind: 'secret', name: 'NONE' },
    { kind: 'param', name: 'P' },
    { kind: 'param', name: 'Q', fallback: '1' },
  ]);
});

test('a server that is elsewhere when promoted is ours in dev', () => {
  const db = postgres({ deploy: { enabled: false, external: secret('DATABASE_URL') } });
  expect(textsFor({ db }, 'db', 'url')).toEqual([
    'postgresql://app:p%2Fw@127.0.0.1:1000/db',
    'postgresql://app:p%2Fw@db:5432/db',
    'p/w',
    'p/w',
    'p/w',
  ]);
});
