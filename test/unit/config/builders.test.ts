// oxlint-disable typescript/restrict-template-expressions -- a Ref is made for template literals
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRef, refKey, resourceKey } from '../../../src/config/brand.ts';
import { forgettingRefs, splitMarkers } from '../../../src/config/registry.ts';
import * as devstack from '../../../src/index.ts';
import type { EnvValue } from '../../../src/index.ts';

const { container, defineConfig, each, extend, perTarget, postgres, redis, resolve, secret, service, task, worker } =
  devstack;

function envOf(value: EnvValue, target: 'dev' | 'compose' | 'kind' = 'dev'): string | undefined {
  const api = service({ dev: 'a', env: { X: value } });
  return resolve(defineConfig({ name: 'shop', resources: { api } }), target).resources['api']?.env['X'];
}

test('the package exports its builders and nothing else', () => {
  expect(Object.keys(devstack).toSorted()).toEqual([
    'Ref',
    'container',
    'defineConfig',
    'defineLocal',
    'each',
    'extend',
    'kafka',
    'mailpit',
    'mariadb',
    'minio',
    'mongodb',
    'mysql',
    'nats',
    'param',
    'perTarget',
    'postgres',
    'rabbitmq',
    'redis',
    'resolve',
    'secret',
    'service',
    'task',
    'valkey',
    'worker',
  ]);
});

test('awaiting a resource gives the resource', async () => {
  const db = postgres();
  const awaited = await Promise.resolve(db);
  expect(awaited === db).toBe(true);
});

test('a marker survives JSON, encodeURIComponent, upper case and new URL', () => {
  const db = postgres();
  const marker = `${db.host}`;
  const forms = [
    JSON.stringify({ a: db.host }),
    encodeURIComponent(`x ${marker}`),
    marker.toUpperCase(),
    new URL(`http://${marker}/x`).href,
    new URLSearchParams({ q: marker }).toString(),
  ];
  const found = forms.map((form) => splitMarkers(form).parts.filter((part) => typeof part !== 'string'));
  expect(found).toEqual(forms.map(() => [db.host[refKey].details]));
});

test('text around references is kept as it is, whatever it contains', () => {
  const cache = redis();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      const { parts, damaged } = splitMarkers(`${before}${cache.host}${after}`);
      const texts = parts.map((part) => (typeof part === 'string' ? part : '|'));
      expect({ text: texts.join(''), damaged }).toEqual({ text: `${before}|${after}`, damaged: false });
    }),
  );
});

test('a marker that was cut anywhere is noticed', () => {
  const marker = `${postgres().url}`;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: marker.length }), fc.integer({ min: 0, max: marker.length }), (from, to) => {
      const cut = marker.slice(from, to);
      fc.pre(cut.length > 12 && cut.length < marker.length);
      expect(splitMarkers(cut).damaged).toBe(true);
    }),
  );
});

test('references of a finished load are forgotten', async () => {
  const marker = await forgettingRefs(async () => `${postgres().url}`);
  expect(splitMarkers(marker)).toEqual({ parts: [], damaged: true });
});

test('values without a target of their own take the default, or are left out', () => {
  const value = () => perTarget({ dev: 'pretty', kind: secret('FORMAT'), default: 7 });
  expect([envOf(value()), envOf(value(), 'compose'), envOf(value(), 'kind')]).toEqual([
    'pretty',
    '7',
    'secretKeyRef(FORMAT)',
  ]);
  expect([envOf(perTarget({ compose: 1 })), envOf(undefined), envOf(`a${perTarget({ kind: 1 })}`)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('numbers, booleans and empty text become text', () => {
  expect([envOf(3), envOf(true), envOf(''), envOf('a\n"b" $c ../🚀')]).toEqual(['3', 'true', '', 'a\n"b" $c ../🚀']);
});

test('extend merges env and replaces other options', () => {
  const db = postgres();
  const base = service({ dev: 'a', cwd: '.', env: { A: 1, B: db.url }, dependsOn: db });
  const other = extend(base, { dev: 'b', env: { B: 2, C: 3 }, cwd: undefined });
  const late = extend(other, { env: () => ({ D: last.url }) });
  const again = extend(late, { env: { A: 0 } });
  const last = worker({ dev: 'z' }) && service({ dev: 'z', port: 9 });
  const { resources } = resolve(defineConfig({ resources: { db, other, late, again, last } }), 'dev');
  expect([resources['other']?.env, resources['late']?.env, resources['again']?.env, resources['again']?.run]).toEqual([
    { PORT: '41001', A: '1', B: '2', C: '3' },
    { PORT: '41002', A: '1', B: '2', C: '3', D: 'http://127.0.0.1:9' },
    { PORT: '41003', A: '0', B: '2', C: '3', D: 'http://127.0.0.1:9' },
    'b',
  ]);
  expect(
    [extend(worker({ dev: 'a' }), {}), extend(task({ run: 'a' }), {}), extend(container({ image: 'a' }), {})].map(
      (r) => r[resourceKey].kind,
    ),
  ).toEqual(['worker', 'task', 'container']);
});

test('each makes one resource per name', () => {
  const fleet = each(['cart', 'tax'], (name, index) => service({ dev: `${name} ${index}` }));
  expect(
    Object.entries(resolve(defineConfig({ resources: fleet }), 'dev').resources).map(([name, { run }]) => [name, run]),
  ).toEqual([
    ['cart', 'cart 0'],
    ['tax', 'tax 1'],
  ]);
});

test('two services may name each other', () => {
  const a = service({ dev: 'a', port: 1001, env: () => ({ B: b.url }) });
  const b = service({ dev: 'b', port: 1002, env: { A: a.url } });
  const { resources } = resolve(defineConfig({ resources: { a, b } }), 'dev');
  expect([resources['a']?.env['B'], resources['b']?.env['A'], resources['a']?.waitsFor]).toEqual([
    'http://127.0.0.1:1002',
    'http://127.0.0.1:1001',
    [],
  ]);
});

test('resolve says everything that is wrong', () => {
  const api = service({ dev: 'a', port: 0 });
  const web = service({});
  expect(() => resolve(defineConfig({ resources: { api, web } }), 'dev')).toThrow(
    /builders\.test\.ts:\d+ {2}api\.port must be .*\nbuilders\.test\.ts:\d+ {2}web has no dev/,
  );
});

test('refs are told apart from everything else', () => {
  expect([isRef(postgres().url), isRef(postgres()), isRef('x'), isRef(null)]).toEqual([true, false, false, false]);
});
