import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { drawRow, wrapLine } from '../../../src/tui/text/fit.ts';
import { styleLine } from '../../../src/tui/text/line.ts';
import { textBetween } from '../../../src/tui/text/select.ts';
import { anyLine } from './texts.ts';

const ESC = '\u001b';
const red = (text: string) => `${ESC}[31m${text}${ESC}[0m`;

const rowsOf = (raw: string, width: number): readonly string[] => {
  const line = styleLine(raw);
  return wrapLine(line, width).map((columns) => textBetween(line, columns));
};

test.each<[string, string, number, readonly string[]]>([
  ['at the width, words or not', 'hello world', 4, ['hell', 'o wo', 'rld']],
  ['into one row when it fits exactly', 'four', 4, ['four']],
  ['into one empty row when it is empty', '', 4, ['']],
  ['before a wide character that does not fit', 'a日本語', 4, ['a日', '本語']],
  ['with a combining mark after its base', 'abe\u0301cd', 3, ['abe\u0301', 'cd']],
  ['around an emoji of several characters', 'ab👩‍👩‍👧cd', 3, ['ab', '👩‍👩‍👧c', 'd']],
  ['by single columns when there is no room at all', 'abc', 0, ['a', 'b', 'c']],
])('a line breaks %s', (_where, raw, width, rows) => {
  expect(rowsOf(raw, width)).toEqual(rows);
});

test.each<[string, number, number, string]>([
  ['hello', 1, 3, 'el'],
  ['hello', 3, 99, 'lo'],
  ['hello', 9, 12, ''],
  ['hello', -3, 2, 'he'],
  [`a${red('bcd')}e`, 0, 2, `a${ESC}[0;31mb${ESC}[0m`],
  [`a${red('bcd')}e`, 2, 5, `${ESC}[0;31mcd${ESC}[0me`],
  [`${ESC}[1m${ESC}[0ma${ESC}[31m${ESC}[0mb`, 0, 2, 'ab'],
  [red('日本'), 1, 4, `${ESC}[0;31m 本${ESC}[0m`],
  [red('日本'), 0, 3, `${ESC}[0;31m日 ${ESC}[0m`],
  [red('日本'), 1, 3, `${ESC}[0;31m  ${ESC}[0m`],
  [`日${red('x')}`, 1, 2, ' '],
  [`e${red('\u0301x')}`, 0, 2, `e\u0301${ESC}[0;31mx${ESC}[0m`],
  ['e\u0301\u0302o', 1, 2, 'o'],
])('of %j the columns %i to %i are written', (raw, from, to, text) => {
  expect(drawRow(styleLine(raw), { from, to }, '16')).toEqual({
    text,
    width: Math.max(0, Math.min(styleLine(raw).width, to) - Math.max(0, from)),
    ascii: !/[^\u001b -~]/.test(text),
  });
});

test('a row may be filled up, in the reset state', () => {
  expect(drawRow(styleLine(red('ab')), { from: 0, to: 5 }, '16', 5)).toEqual({
    text: `${ESC}[0;31mab${ESC}[0m   `,
    width: 5,
    ascii: true,
  });
  expect(drawRow(styleLine(''), { from: 0, to: 0 }, '16', 3)).toEqual({ text: '   ', width: 3, ascii: true });
});

test('only the rows that hold it are not ASCII', () => {
  const line = styleLine('abcd日本efgh');
  expect(wrapLine(line, 4).map((columns) => drawRow(line, columns, '16').ascii)).toEqual([true, false, true]);
});

test('without colours nothing is written where only colours change', () => {
  expect(drawRow(styleLine(`a${red('b')}${ESC}[1;44mc`), { from: 0, to: 3 }, 'none').text).toBe(
    `ab${ESC}[0;1mc${ESC}[0m`,
  );
});

test('no row is wider than asked, nothing but colours comes out, and the rows together are the text', () => {
  fc.assert(
    fc.property(anyLine, fc.integer({ min: 1, max: 12 }), (raw, width) => {
      const line = styleLine(raw);
      const rows = wrapLine(line, width);
      for (const columns of rows) {
        expect(columns.to - columns.from).toBeLessThanOrEqual(width);
        const row = drawRow(line, columns, '256', width);
        expect(row.width).toBe(width);
        expect(stringWidth(row.text)).toBe(width);
        const withoutColours = row.text.replaceAll(/\u001b\[0[\d;]*m/g, '');
        expect(withoutColours).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
        expect(row.ascii).toBe(!/[^ -~]/.test(withoutColours));
        expect(row.text.lastIndexOf(ESC)).toBe(row.text.lastIndexOf(`${ESC}[0m`));
      }
      expect(rows.map((columns) => textBetween(line, columns)).join('')).toBe(line.text);
    }),
    { numRuns: 1000 },
  );
});

test('a window is as wide as it is asked to be, wherever it is', () => {
  fc.assert(
    fc.property(anyLine, fc.integer({ min: -3, max: 30 }), fc.nat(20), (raw, from, width) => {
      const row = drawRow(styleLine(raw), { from, to: from + width }, 'truecolor', width);
      expect(row.width).toBe(width);
      expect(stringWidth(row.text)).toBe(width);
    }),
    { numRuns: 1000 },
  );
});
