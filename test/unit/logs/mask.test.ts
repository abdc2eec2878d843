import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMasker } from '../../../src/logs/mask.ts';

function throughStream(secrets: readonly string[], chunks: readonly Uint8Array[]): string {
  const masker = createMasker();
  masker.add(secrets);
  const stream = masker.stream();
  return Buffer.concat([...chunks.map((chunk) => Buffer.from(stream.push(chunk))), stream.end()]).toString();
}

test('a secret is masked raw, percent-encoded and escaped for JSON', () => {
  const secret = 'p@ss"word/ü';
  const text = `raw ${secret} url postgresql://app:${encodeURIComponent(secret)}@h json ${JSON.stringify(secret)}\n`;
  expect(throughStream([secret], [Buffer.from(text)])).toBe('raw *** url postgresql://app:***@h json "***"\n');
});

test('overlapping and adjacent secrets leave nothing of either', () => {
  expect(throughStream(['abcdef', 'defghi'], [Buffer.from('x abcdefghi abcdefabcdef y\n')])).toBe('x *** ****** y\n');
});

test('a value of several lines is masked line by line, short values are left alone', () => {
  expect(throughStream(['first line\nsecond line', 'abc'], [Buffer.from('a second line abc first line\n')])).toBe(
    'a *** abc ***\n',
  );
});

test('however the stream is cut, the outcome is the same and no secret is left', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{6,24}$/);
  const piece = fc.oneof(fc.stringMatching(/^[ -~]{0,12}$/), fc.constantFrom('\n', '\r', '\u00e9\u4e2d', ' '));
  const property = fc.property(
    fc.array(secret, { minLength: 1, maxLength: 5 }),
    fc.array(fc.oneof(piece, fc.nat(4)), { maxLength: 30 }),
    fc.array(fc.nat(400), { maxLength: 12 }),
    (secrets, parts, cuts) => {
      const text = parts
        .map((part) => (typeof part === 'number' ? (secrets[part % secrets.length] ?? '') : part))
        .join('');
      const bytes = Buffer.from(text);
      const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
      const whole = throughStream(secrets, [bytes]);
      const cut = throughStream(secrets, chunks);
      expect(cut).toBe(whole);
      for (const one of secrets) expect(cut.includes(one)).toBe(false);
    },
  );
  fc.assert(property, { numRuns: 2000 });
});

test('invalid UTF-8 passes unharmed', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x41, 0xc3, 0x0a, 0x80]);
  const masker = createMasker();
  masker.add(['something-secret']);
  const stream = masker.stream();
  expect(Buffer.concat([stream.push(bytes), stream.end()])).toEqual(bytes);
});

test('a secret that begins with, or inside, another one is masked whole though it comes in two pieces', () => {
  const pieces = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text));
  expect(throughStream(['hunter2', 'hunter2-production-key'], pieces('k=hunter2', '-production-key\n'))).toBe(
    'k=***\n',
  );
  expect(throughStream(['hunter2', 'hunter2-production-key'], pieces('k=hunter2', ' and more\n'))).toBe(
    'k=*** and more\n',
  );
  expect(throughStream(['hunter2', 'hunter2-production-key'], pieces('k=hunter2'))).toBe('k=***');
  expect(throughStream(['abcdXY', 'XYsecret'], pieces('abcdXY', 'secret\n'))).toBe('***\n');
});
