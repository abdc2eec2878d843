import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stackKey, thisCopy } from '../../../src/config/brand.ts';
import { kebabName, nameFrom, nameTrouble } from '../../../src/config/names.ts';
import { normalizeStack } from '../../../src/config/normalize/stack.ts';
import { nearest } from '../../../src/config/suggest.ts';
import { parseCpu, parseDuration, parseMemory } from '../../../src/config/units.ts';
import type { ContainerResource, ProcessResource, Resource, Stack, TaskResource } from '../../../src/core/stack.ts';
import type { Healthcheck, Resource as Built, ServiceOptions } from '../../../src/index.ts';
import { container, perTarget, postgres, redis, service, task, worker } from '../../../src/index.ts';

interface Rest {
  readonly groups?: object;
  readonly default?: readonly string[];
  readonly logs?: object;
}

function stackOf(resources: { [name: string]: Built }, rest: Rest = {}): Stack {
  const defined = { name: 'shop', resources, ...rest, [stackKey]: { copy: thisCopy(), place: undefined } };
  Object.defineProperty(defined, stackKey, { enumerable: false });
  const normalized = normalizeStack(defined, '/tmp/devstack.config.ts');
  if (normalized.kind === 'invalid') throw new Error(JSON.stringify(normalized.problems));
  return normalized.stack;
}

function only<K extends Resource['kind']>(built: Built, kind: K): Extract<Resource, { kind: K }> {
  const [resource] = stackOf({ it: built }).resources;
  if (!resource || !isKind(resource, kind)) throw new Error(`not a ${kind}: ${resource?.kind}`);
  return resource;
}

function isKind<K extends Resource['kind']>(resource: Resource, kind: K): resource is Extract<Resource, { kind: K }> {
  return resource.kind === kind;
}

const processOf = (options: Partial<ServiceOptions>): ProcessResource =>
  only(service({ dev: 'a', ...options }), 'process');
const taskOf = (options: object): TaskResource => only(task({ run: 'a', ...options }), 'task');
const containerOf = (options: object): ContainerResource => only(container({ image: 'a', ...options }), 'container');

const times = { intervalMs: 2000, timeoutMs: 2000, retries: 30, startPeriodMs: 0 };

test.each<[string, Healthcheck, object]>([
  [
    'a path is readiness by HTTP and liveness by TCP',
    '/x',
    { ready: { kind: 'http', path: '/x', port: 'web', ...times }, live: { kind: 'tcp', port: 'web', ...times } },
  ],
  ['false is no check', false, {}],
  [
    'a check by TCP is both',
    { tcp: true },
    { ready: { kind: 'tcp', port: 'web', ...times }, live: { kind: 'tcp', port: 'web', ...times } },
  ],
  [
    'a command is both',
    { command: ['a', 'b'] },
    {
      ready: { kind: 'command', command: ['a', 'b'], ...times },
      live: { kind: 'command', command: ['a', 'b'], ...times },
    },
  ],
  [
    'a line of the log is readiness only',
    { log: /up\d/i },
    { ready: { kind: 'log', pattern: 'up\\d', flags: 'i', ...times } },
  ],
  [
    'times and port are taken over',
    { http: '/x', port: 'grpc', interval: '1s', timeout: '500ms', retries: 2, startPeriod: '1m' },
    {
      ready: {
        kind: 'http',
        path: '/x',
        port: 'grpc',
        intervalMs: 1000,
        timeoutMs: 500,
        retries: 2,
        startPeriodMs: 60_000,
      },
      live: { kind: 'tcp', port: 'grpc', intervalMs: 1000, timeoutMs: 500, retries: 2, startPeriodMs: 60_000 },
    },
  ],
  [
    'each may be its own',
    { ready: '/r', startup: { tcp: 'grpc' } },
    { ready: { kind: 'http', path: '/r', port: 'web', ...times }, startup: { kind: 'tcp', port: 'grpc', ...times } },
  ],
])('health check: %s', (_rule, healthcheck, health) => {
  expect(processOf({ ports: { web: 'auto', grpc: 'auto' }, healthcheck }).health).toEqual(health);
});

test.each<[string, Partial<ServiceOptions>, object]>([
  [
    'a number is strict',
    { port: 3000 },
    [{ name: 'http', port: 3000, env: 'PORT', protocol: 'http', containerPort: 3000 }],
  ],
  [
    'the first is PORT, others carry their name',
    { ports: { web: 8080, grpcApi: { protocol: 'h2c' }, admin: { port: 9000, env: 'ADMIN' } } },
    [
      { name: 'web', port: 8080, env: 'PORT', protocol: 'http', containerPort: 8080 },
      { name: 'grpcApi', port: 'auto', env: 'GRPC_API_PORT', protocol: 'h2c', containerPort: 8081 },
      { name: 'admin', port: 9000, env: 'ADMIN', protocol: 'http', containerPort: 9000 },
    ],
  ],
  [
    'an image may listen on one number whatever dev uses, and others keep off it',
    { ports: { web: { containerPort: 80 }, admin: 'auto', extra: { port: 9000, containerPort: 8080 } } },
    [
      { name: 'web', port: 'auto', env: 'PORT', protocol: 'http', containerPort: 80 },
      { name: 'admin', port: 'auto', env: 'ADMIN_PORT', protocol: 'http', containerPort: 8081 },
      { name: 'extra', port: 9000, env: 'EXTRA_PORT', protocol: 'http', containerPort: 8080 },
    ],
  ],
])('ports: %s', (_rule, options, ports) => {
  expect(processOf(options).ports).toEqual(ports);
});

test.each<[string, ServiceOptions['watch'], object]>([
  ['one path', 'src', { base: '/tmp', paths: ['src'], ignore: [], debounceMs: 10 }],
  ['paths', ['a', '**/*.go'], { base: '/tmp', paths: ['a', '**/*.go'], ignore: [], debounceMs: 10 }],
  [
    'options',
    { paths: 'a', ignore: ['b'], debounce: '1s' },
    { base: '/tmp', paths: ['a'], ignore: ['b'], debounceMs: 1000 },
  ],
])('watch: %s', (_rule, watch, expected) => {
  expect(processOf(watch === undefined ? {} : { watch }).watch).toEqual(expected);
});

test('a task has its own options and runs once at every up', () => {
  const { when, autostart, inputs, timeoutMs, retries } = taskOf({ inputs: 'x', timeout: '2m', retries: 2 });
  expect({ when, autostart, inputs, timeoutMs, retries }).toEqual({
    when: 'up',
    autostart: true,
    inputs: ['x'],
    timeoutMs: 120_000,
    retries: 2,
  });
  expect([taskOf({ when: 'manual' }).autostart, taskOf({}).retries]).toEqual([false, 0]);
});

test('a service without dev is its image, in dev too', () => {
  const resource = only(service({ image: 'api:1', env: { A: 1 }, healthcheck: '/x' }), 'container');
  const { engine, runtime, image, env, ports, health } = resource;
  expect({ engine, runtime, image, env, ports, ready: health.ready?.kind }).toEqual({
    engine: 'container',
    runtime: 'docker',
    image: 'api:1',
    env: { A: ['1'] },
    ports: [{ name: 'http', port: 'auto', env: 'PORT', protocol: 'http', containerPort: 8080 }],
    ready: 'http',
  });
  expect(only(worker({ image: 'a' }), 'container').ports).toEqual([]);
});

test('volumes are names, or paths made absolute', () => {
  expect(containerOf({ volumes: { data: '/data', './.': '/src' } }).volumes).toEqual({ data: '/data', '/tmp': '/src' });
});

test('what is read decides what is waited for', () => {
  const db = postgres();
  const cache = redis();
  const search = container({ image: 'x' });
  const migrate = task({ run: 'a', env: { X: db.url } });
  const web = service({ dev: 'a' });
  const api = service({
    dev: 'a',
    env: () => ({
      DB: db.addDatabase('x').url,
      WEB: web.url,
      ORIGIN: other.origin,
      SEARCH: search.host,
      SELF: api.publicUrl,
      TARGET: perTarget({ kind: cache.url, dev: 'none' }),
    }),
    dependsOn: [migrate, db],
  });
  const other = service({ dev: 'a', dependsOn: web, env: { WEB: web.publicUrl } });
  const { resources } = stackOf({ db, cache, search, migrate, web, api, other });
  const edges = Object.fromEntries(
    resources.map(({ name, dependencies, companions }) => [name, { dependencies, companions }]),
  );
  expect([edges['api'], edges['other'], edges['migrate']]).toEqual([
    {
      dependencies: [
        { on: 'migrate', gate: 'done' },
        { on: 'db', gate: 'ready' },
        { on: 'search', gate: 'ready' },
      ],
      companions: ['web'],
    },
    { dependencies: [{ on: 'web', gate: 'ready' }], companions: [] },
    { dependencies: [{ on: 'db', gate: 'ready' }], companions: [] },
  ]);
});

test('groups and defaults become names of resources', () => {
  const [a, b, c] = [service({ dev: 'a' }), service({ dev: 'b', autostart: false }), service({ dev: 'c' })];
  const groups = { backEnd: [a, { b }, [c, a]], all_of: { a, c }, one: c };
  const stack = stackOf(
    { orderService: a, b, c },
    { groups, default: ['orderService', 'one'], logs: { maxBytes: '1Mi' } },
  );
  expect([stack.groups, stack.default, stack.logs]).toEqual([
    { 'back-end': ['order-service', 'b', 'c'], 'all-of': ['order-service', 'c'], one: ['c'] },
    ['order-service', 'c'],
    { maxBytes: 2 ** 20 },
  ]);
  expect(stackOf({ a, b, c }).default).toEqual(['a', 'c']);
});

test.each([
  ['orderService', 'order-service'],
  ['order_service', 'order-service'],
  ['HTTPServer', 'http-server'],
  ['api2Gateway', 'api2-gateway'],
  ['db', 'db'],
])('%s is called %s', (key, name) => {
  expect([kebabName(key), kebabName(name), nameTrouble(key)]).toEqual([name, name, undefined]);
});

test('any folder gives a stack a proper name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (folder) => {
      expect(nameTrouble(nameFrom(folder))).toBeUndefined();
    }),
  );
});

test('a refused name is never one that a shell or a path could misread', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 12 }), (key) => {
      expect(nameTrouble(key) !== undefined || /^[a-z][a-z0-9-]*[a-z0-9]$|^[a-z]$/.test(kebabName(key))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('durations, memory and processor shares have one meaning', () => {
  expect(['500ms', '1.5s', '2m', '1h', '10', '-1s', '1 s', ''].map(parseDuration)).toEqual([
    500,
    1500,
    120_000,
    3_600_000,
    ...Array(4).fill(undefined),
  ]);
  expect(['1Ki', '512Mi', '2Gi', '512', '1MB', '-1Mi'].map(parseMemory)).toEqual([
    1024,
    2 ** 29,
    2 ** 31,
    undefined,
    undefined,
    undefined,
  ]);
  expect([2, '0.5', '100m', 0, 'x', '1k'].map(parseCpu)).toEqual([2000, 500, 100, undefined, undefined, undefined]);
});

test.each([
  ['urll', ['url', 'host', 'port'], 'url'],
  ['hots', ['url', 'host', 'port'], 'host'],
  ['helthcheck', ['healthcheck', 'port'], 'healthcheck'],
  ['gprc', ['http', 'grpc'], 'grpc'],
  ['x', ['url', 'db'], undefined],
  ['completely', ['url', 'db'], undefined],
])('"%s" is taken for the nearest of %j', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
