import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadPrefixLines, LONGEST_INPUT_BYTES } from '../../../src/output/prefix-lines.ts';

const prefixLines = loadPrefixLines();

function withProgram(lines: string, prefix: string): string {
  let out = '';
  prefixLines?.(Buffer.from(lines, 'latin1'), Buffer.from(prefix, 'latin1'), (bytes) => {
    out += Buffer.from(bytes).toString('latin1');
  });
  return out;
}

/** What it must do, said with strings. */
const withStrings = (lines: string, prefix: string): string =>
  `${prefix}${lines.slice(0, -1).replaceAll('\n', () => `\n${prefix}`)}\n`;

test('the program does to any lines what strings do', () => {
  const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  const line = fc.oneof(text, fc.constantFrom('', 'x', 'y'.repeat(511), 'z'.repeat(512), 'w'.repeat(5_000)));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.string({ maxLength: 70 }), (lines, mark) => {
      const input = `${lines.join('\n')}\n`;
      const prefix = Buffer.from(mark).toString('latin1');
      expect(withProgram(input, prefix)).toBe(withStrings(input, prefix));
    }),
  );
});

test('what does not fit at once comes in pieces: many short lines, one long line', () => {
  const short = '\n'.repeat(LONGEST_INPUT_BYTES);
  const long = `${'a'.repeat(LONGEST_INPUT_BYTES - 1)}\n`;
  const prefix = 'a prefix of some length | ';
  for (const input of [short, long]) expect(withProgram(input, prefix)).toBe(withStrings(input, prefix));
});
