import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { measureCells, widthOf } from '../../../src/tui/text/cells.ts';
import { styleLine } from '../../../src/tui/text/line.ts';
import { PLAIN } from '../../../src/tui/text/sgr.ts';
import { anyLine, anyText } from './texts.ts';

const ESC = '\u001b';
const red = { ...PLAIN, fg: { kind: 'basic', index: 1 } } as const;

test('a line of plain text is one piece', () => {
  expect(styleLine('GET / 200')).toEqual({
    text: 'GET / 200',
    spans: [{ start: 0, end: 9, style: PLAIN }],
    width: 9,
    cells: undefined,
  });
});

test('colours become styles, and what moves the cursor is gone', () => {
  expect(styleLine(`a${ESC}[31mbc${ESC}[2K${ESC}[0;1m${ESC}]0;title\u0007d${ESC}[m`)).toEqual({
    text: 'abcd',
    spans: [
      { start: 0, end: 1, style: PLAIN },
      { start: 1, end: 3, style: red },
      { start: 3, end: 4, style: { ...PLAIN, bold: true } },
    ],
    width: 4,
    cells: undefined,
  });
});

test.each([
  ['', ''],
  ['\t|', '        |'],
  ['a\tb\tc', 'a       b       c'],
  ['1234567\t|', '1234567 |'],
  ['12345678\t|', '12345678        |'],
  ['\t\t|', '                |'],
  [`a${ESC}[1m\tb`, 'a       b'],
  ['日本\t|', '日本    |'],
  ['é\u0301\t|', 'é\u0301       |'],
  ['a\u0000b\u0007c\u007f', 'a␀b␇c␡'],
  ['a\u0085b\u009b31mc', 'a·b·31mc'],
  ['abc\u202edef\u2066x\u2069', 'abc·def·x·'],
  ['one\u2028two\nthree', 'one·two␊three'],
  ['\ud800x\udc00', '\ufffdx\ufffd'],
  [`${ESC}[1m\ud83d${ESC}[0m\ude00`, '\ufffd\ufffd'],
  ['\u0301a', '\u25cc\u0301a'],
  ['\ufeff{}', '\u25cc\ufeff{}'],
  ['10 %\r100 %', '100 %'],
  ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
])('%j is shown as %j', (raw, text) => {
  expect(styleLine(raw).text).toBe(text);
});

test('characters that combine are one cell with their base', () => {
  expect(measureCells('aé́日👩‍👩‍👧🇫🇷\u200bx')).toEqual({
    indexes: [0, 1, 3, 4, 12, 17, 18],
    columns: [0, 1, 2, 4, 6, 8, 9],
  });
  expect(measureCells('\u200ba')).toEqual({ indexes: [0, 2], columns: [0, 1] });
});

test('widths are those of string-width, shortcuts or not', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(measureCells(text).columns.at(-1)).toBe(stringWidth(text, { countAnsiEscapeCodes: true }));
    }),
    { numRuns: 1000 },
  );
});

test('each character of the shortcuts is alone in its cell and as wide as string-width says', () => {
  for (let unit = 0x20; unit < 0xd800; unit++) {
    const pair = `${String.fromCharCode(unit)}x`;
    const { columns } = measureCells(pair);
    expect([unit, columns.at(-1)]).toEqual([unit, stringWidth(pair, { countAnsiEscapeCodes: true })]);
  }
});

test('nothing is left that a terminal obeys, and the pieces cover the text', () => {
  fc.assert(
    fc.property(anyLine, (raw) => {
      const { text, spans, width, cells } = styleLine(raw);
      expect(text).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
      expect(Buffer.from(text).toString()).toBe(text);
      expect(width).toBe(widthOf(text));
      expect(cells === undefined).toBe(/^[ -~]*$/.test(text));
      let at = 0;
      for (const span of spans) {
        expect(span.start).toBe(at);
        at = span.end;
      }
      expect(at).toBe(text.length);
    }),
    { numRuns: 1000 },
  );
});
