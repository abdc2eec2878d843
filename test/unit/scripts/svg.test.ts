import { expect, test } from 'vitest';
import { svgOf } from '../../../scripts/svg.ts';
import type { Cell } from '../../rig/screen.ts';

const cell = (char: string, change: Partial<Cell> = {}): Cell => ({
  char,
  fg: 'default',
  bg: 'default',
  bold: false,
  dim: false,
  underline: false,
  inverse: false,
  ...change,
});
const row = (text: string, change: Partial<Cell> = {}): readonly Cell[] =>
  Array.from(text, (char) => cell(char, change));
/** Without what every picture begins and ends with. */
const drawn = (...rows: readonly (readonly Cell[])[]): readonly string[] =>
  svgOf(rows)
    .split('\n')
    .filter((line) => /^<(text|rect x)/.test(line))
    .map((line) => line.replace(' lengthAdjust="spacingAndGlyphs" xml:space="preserve"', ''));

test('a picture is as large as its screen', () => {
  expect(svgOf([row('ab'), row('cd')])).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40.8 58" width="40.8" height="58">
    <rect width="100%" height="100%" rx="8" fill="#16191f"/>
    <g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
    <text x="12" y="25" fill="#d6dae1" textLength="16.8" lengthAdjust="spacingAndGlyphs" xml:space="preserve">ab</text>
    <text x="12" y="42" fill="#d6dae1" textLength="16.8" lengthAdjust="spacingAndGlyphs" xml:space="preserve">cd</text>
    </g>
    </svg>
    "
  `);
});

test('neighbours that look the same are one text, without the spaces around it', () => {
  expect(drawn([...row('  a b '), ...row('c', { bold: true }), ...row('   ')])).toMatchInlineSnapshot(`
    [
      "<text x="28.8" y="25" fill="#d6dae1" textLength="25.2">a b</text>",
      "<text x="62.4" y="25" fill="#d6dae1" textLength="8.4" font-weight="bold">c</text>",
    ]
  `);
});

test('colours of every kind', () => {
  const colours = [1, 15, 16, 196, 231, 232, 255, '#ff8000'] as const;
  expect(drawn(colours.map((fg) => cell('x', { fg }))).map((line) => /fill="([^"]+)"/.exec(line)?.[1])).toEqual([
    '#e0626b',
    '#ffffff',
    '#000000',
    '#ff0000',
    '#ffffff',
    '#080808',
    '#eeeeee',
    '#ff8000',
  ]);
});

test('a background is drawn where it is not the usual one, and inverse swaps', () => {
  expect(drawn(row('ab', { bg: 4 }), row(' ', { inverse: true }))).toMatchInlineSnapshot(`
    [
      "<rect x="12" y="12" width="16.8" height="17" fill="#61a8ef"/>",
      "<rect x="12" y="29" width="8.4" height="17" fill="#d6dae1"/>",
      "<text x="12" y="25" fill="#d6dae1" textLength="16.8">ab</text>",
    ]
  `);
});

test('a wide character takes two columns', () => {
  expect(drawn([cell('日', { fg: 2 }), cell(''), cell('x')])).toMatchInlineSnapshot(`
    [
      "<text x="12" y="25" fill="#8fc379" textLength="16.8">日</text>",
      "<text x="28.8" y="25" fill="#d6dae1" textLength="8.4">x</text>",
    ]
  `);
});

test('what XML gives a meaning is written out', () => {
  expect(drawn(row('<a&b>', { dim: true, underline: true }))).toMatchInlineSnapshot(`
    [
      "<text x="12" y="25" fill="#d6dae1" textLength="42" opacity="0.6" text-decoration="underline">&lt;a&amp;b&gt;</text>",
    ]
  `);
});
