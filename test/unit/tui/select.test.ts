import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawRow } from '../../../src/tui/text/fit.ts';
import { styleLine } from '../../../src/tui/text/line.ts';
import { asMatch, columnsOf, invert, rangeOf, restyle, textBetween, wordAt } from '../../../src/tui/text/select.ts';
import { PLAIN } from '../../../src/tui/text/sgr.ts';
import { anyLine } from './texts.ts';

const ESC = '\u001b';

test.each<[string, number, number, string]>([
  ['hello', 1, 3, 'el'],
  ['hello', -2, 99, 'hello'],
  ['日本語', 0, 4, '日本'],
  ['日本語', 1, 3, '本'],
  ['日本語', 0, 1, '日'],
  ['e\u0301a', 0, 1, 'e\u0301'],
  [`${ESC}[31mab\tc`, 1, 9, 'b      c'],
  ['', 0, 3, ''],
])('in %j the columns %i to %i hold %j', (raw, from, to, text) => {
  expect(textBetween(styleLine(raw), { from, to })).toBe(text);
});

test('pieces that touch join exactly', () => {
  fc.assert(
    fc.property(anyLine, fc.nat(20), fc.nat(20), (raw, first, second) => {
      const line = styleLine(raw);
      const [low, high] = [Math.min(first, second), Math.max(first, second)];
      const pieces = [
        { from: 0, to: low },
        { from: low, to: high },
        { from: high, to: line.width },
      ].map((columns) => textBetween(line, columns));
      if (high <= line.width) expect(pieces.join('')).toBe(line.text);
    }),
  );
});

test.each<[string, number, string | undefined]>([
  ['see http://localhost:3000/a-b.html now', 6, 'http://localhost:3000/a-b.html'],
  ['see http://localhost:3000 now', 2, 'see'],
  ['see  now', 3, ' '],
  ['mail me@x.org, please', 7, 'me@x.org'],
  ['a(b)', 1, '('],
  ['über Größe', 6, 'Größe'],
  ['日本 語', 3, '日本'],
  ['日本 語', 4, ' '],
  ['「日本」', 1, '「'],
  ['word', 4, undefined],
  ['', 0, undefined],
  ['word', -1, undefined],
])('in %j the word at column %i is %j', (raw, column, word) => {
  const line = styleLine(raw);
  const columns = wordAt(line, column);
  expect(columns && textBetween(line, columns)).toBe(word);
});

test('a piece of the text and its columns lead to each other', () => {
  const line = styleLine('a日e\u0301b');
  expect(columnsOf(line, { start: 1, end: 2 })).toEqual({ from: 1, to: 3 });
  expect(columnsOf(line, { start: 2, end: 3 })).toEqual({ from: 3, to: 4 });
  expect(columnsOf(line, { start: 3, end: 99 })).toEqual({ from: 3, to: 5 });
  expect(rangeOf(line, { from: 3, to: 4 })).toEqual({ start: 2, end: 4 });
  expect(columnsOf(styleLine('abc'), { start: 1, end: 9 })).toEqual({ from: 1, to: 3 });
});

test('ranges get their style, over the borders of others and overlapping', () => {
  const line = styleLine(`ab${ESC}[1mcd${ESC}[0mef`);
  const bold = { ...PLAIN, bold: true };
  const ranges = [
    { start: 3, end: 5 },
    { start: 1, end: 4 },
    { start: 5, end: 5 },
  ];
  expect(restyle(line, ranges, invert).spans).toEqual([
    { start: 0, end: 1, style: PLAIN },
    { start: 1, end: 2, style: { ...PLAIN, inverse: true } },
    { start: 2, end: 4, style: { ...bold, inverse: true } },
    { start: 4, end: 5, style: { ...PLAIN, inverse: true } },
    { start: 5, end: 6, style: PLAIN },
  ]);
  expect(restyle(line, [], invert)).toBe(line);
});

test('a match is seen without colours, and inside a selection', () => {
  const line = restyle(styleLine('abc'), [{ start: 1, end: 2 }], asMatch);
  const draw = (depth: 'none' | '16', selected = line) => drawRow(selected, { from: 0, to: 3 }, depth).text;
  expect(draw('16')).toBe(`a${ESC}[0;7;33;40mb${ESC}[0mc`);
  expect(draw('none')).toBe(`a${ESC}[0;7mb${ESC}[0mc`);
  expect(draw('16', restyle(line, [rangeOf(line, { from: 0, to: 2 })], invert))).toBe(
    `${ESC}[0;7ma${ESC}[0;33;40mb${ESC}[0mc`,
  );
});

test('restyled pieces still cover the text', () => {
  const range = fc.record({ start: fc.nat(20), end: fc.nat(30) });
  fc.assert(
    fc.property(anyLine, fc.array(range), (raw, ranges) => {
      const line = styleLine(raw);
      const { spans } = restyle(line, ranges, invert);
      expect(spans.map(({ start, end }) => line.text.slice(start, end)).join('')).toBe(line.text);
      for (const { start, end, style } of spans) {
        const isInside = ranges.some((range) => range.start <= start && range.end >= end);
        const before = line.spans.find((span) => span.start <= start && span.end >= end)?.style.inverse;
        expect(style.inverse).toBe(isInside ? !before : before);
      }
    }),
  );
});
