import { expect, test } from 'vitest';
import { addressesInWords } from '../../../src/output/addresses.ts';

test.each([
  ['one port', { ports: { postgres: 27_115 }, urls: {} }, 'localhost:27115'],
  ['a port with a URL', { ports: { http: 3000 }, urls: { http: 'http://localhost:3000' } }, 'http://localhost:3000'],
  [
    'several ports are named',
    { ports: { amqp: 27_116, management: 27_117 }, urls: {} },
    'amqp localhost:27116, management localhost:27117',
  ],
  [
    'links of the config are not addresses',
    { ports: { http: 3000 }, urls: { http: 'http://localhost:3000', Docs: 'http://localhost:3000/docs' } },
    'http://localhost:3000',
  ],
  ['a link alone', { ports: {}, urls: { Docs: 'https://example.test' } }, 'https://example.test'],
  ['nothing', { ports: {}, urls: {} }, ''],
])('%s', (_what, status, words) => {
  expect(addressesInWords(status)).toBe(words);
});
