import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { instanceOf, namedInstance, throwAwayName } from '../../../src/project/instance.ts';

test('a name in the environment is an instance of its own, none or an empty one the own one of the checkout', () => {
  expect([{}, { DEVSTACK_INSTANCE: '' }, { DEVSTACK_INSTANCE: 'e2e' }].map((env) => namedInstance(env))).toEqual([
    undefined,
    undefined,
    'e2e',
  ]);
});

test('a throw-away name is a name, and another one each time', () => {
  const names = Array.from({ length: 100 }, throwAwayName);
  expect(new Set(names).size).toBe(100);
  for (const name of names) expect(namedInstance({ DEVSTACK_INSTANCE: name })).toBe(name);
});

test('instances of a checkout differ in more than their name, so that none is taken for another checkout', () => {
  const of = (name?: string) => instanceOf('shop', tmpdir(), name);
  const hash = of().slice('shop-'.length);
  expect(of(hash)).toMatch(new RegExp(`^shop-${hash}-[0-9a-f]{6}$`));
  expect(of('a').slice(-6)).not.toBe(of('b').slice(-6));
});
