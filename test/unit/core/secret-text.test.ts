import { expect, test } from 'vitest';
import { suspicion } from '../../../src/core/secret-text.ts';

test.each([
  ['API_KEY', 'abc', 'its name says that it is secret'],
  ['DATABASE_URL', 'postgres://app:pw@db.example.com/x', 'it is an address with a password'],
  ['STRIPE', 'sk_live_4242', 'it looks like a key'],
  ['ID', 'AKIAIOSFODNN7EXAMPLE', 'it looks like a key'],
  ['PEM', '-----BEGIN PRIVATE KEY-----\nMII', 'it looks like a key'],
  ['SEED', 'q8Zr1XvT0bKpY3wLmN7dEcSf', 'it looks made up at random'],
])('%s=%s is suspicious', (name, text, why) => {
  expect(suspicion(name, text)).toBe(why);
});

test.each([
  ['API_KEY', ''],
  ['USE_TOKEN', 'true'],
  ['TOKEN_TTL', '3600'],
  ['DATABASE_URL', 'postgres://db.example.com/x'],
  ['COMMIT', '3f9c2a1b7d043f9c2a1b7d043f9c2a1b7d043f9c'],
  ['ID', '2b1f6a7e-0b1c-4c56-9a3e-2f8d9a1b0c3d'],
  ['TEXT', 'TheQuickBrownFoxJumpsOver1LazyDog and more'],
  ['NAME', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaA1'],
])('%s=%s is not', (name, text) => {
  expect(suspicion(name, text)).toBeUndefined();
});
