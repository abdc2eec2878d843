import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCompositor, type Cursor, type Segment } from '../../../src/tui/compositor.ts';
import { widthOf } from '../../../src/tui/text/cells.ts';

const COLUMNS = 20;
const ROWS = 5;

/** As much of a terminal as the compositor uses: places, erasing, the cursor, no wrapping. */
function createTerminal(widthInTerminal: (character: string) => number) {
  let cells = empty();
  let [row, column] = [0, 0];
  let cursor = true;
  let held = 0;
  function empty(): string[][] {
    return Array.from({ length: ROWS }, () => Array<string>(COLUMNS).fill(' '));
  }
  function put(character: string): void {
    const width = widthInTerminal(character);
    for (let at = 0; at < width; at++) {
      const line = cells[row];
      if (line && column + at < COLUMNS) line[column + at] = at === 0 ? character : '';
    }
    column = Math.min(COLUMNS - 1, column + width);
  }
  return {
    write(bytes: string) {
      for (const [whole, parameters = '', final = ''] of bytes.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|[^]/gu)) {
        if (!whole.startsWith('\u001b')) {
          put(whole);
          continue;
        }
        const [first = 1, second = 1] = parameters
          .replace('?', '')
          .split(';')
          .map((one) => Number(one || 1));
        if (final === 'H') [row, column] = [first - 1, second - 1];
        else if (final === 'G') column = first - 1;
        else if (final === 'J') cells = empty();
        else if (final === 'K') cells[row] = Array<string>(COLUMNS).fill(' ');
        else if (parameters === '?25') cursor = final === 'h';
        else if (parameters === '?2026') held += final === 'h' ? 1 : -1;
        else if (final !== 'm') throw new Error(`${whole.slice(1)} is not known here`);
      }
    },
    rows: (): readonly string[] => cells.map((line) => line.join('').trimEnd()),
    at: (y: number, x: number): string | undefined => cells[y]?.[x],
    cursor: (): Cursor | undefined => (cursor ? { row, column } : undefined),
    isHeld: (): boolean => held !== 0,
  };
}

const plain = (text: string, column = 0): Segment => ({ column, text, isWide: false });
const frame = (...texts: readonly string[]): readonly (readonly Segment[])[] =>
  Array.from({ length: ROWS }, (_, at) => [plain((texts[at] ?? '').padEnd(COLUMNS))]);

/** A list, a border and a pane, with the pane's text of any width, on an own place each. */
const BORDER = 8;
const anyCharacter = fc.constantFrom('a', 'b', ' ', '日', '👩', 'é', '☎');
const cut = (characters: readonly string[], columns: number): string => {
  let text = '';
  for (const character of characters) {
    if (widthOf(text + character) > columns) break;
    text += character;
  }
  return text + ' '.repeat(columns - widthOf(text));
};
const anyFrame = fc
  .array(fc.array(anyCharacter, { minLength: COLUMNS, maxLength: COLUMNS }), { minLength: ROWS, maxLength: ROWS })
  .map((lines): readonly (readonly Segment[])[] =>
    lines.map((characters) => [
      { column: 0, text: cut(characters.toReversed(), BORDER), isWide: true },
      { column: BORDER, text: '\u001b[2m│\u001b[0m', isWide: true },
      { column: BORDER + 1, text: cut(characters, COLUMNS - BORDER - 1), isWide: true },
    ]),
  );

const textOf = (rows: readonly (readonly Segment[])[]): readonly string[] =>
  rows.map((segments) =>
    segments
      .map(({ text }) => text.replaceAll(/\u001b\[\d*m/g, ''))
      .join('')
      .trimEnd(),
  );

describe('what is written', () => {
  test('is everything at first, then only rows that changed, then nothing', () => {
    const compositor = createCompositor();
    expect(compositor.draw(frame('one', 'two'))).toContain('\u001b[2J');
    const next = compositor.draw(frame('one', 'three'));
    expect(next).toBe(`\u001b[?2026h\u001b[2;1H${'three'.padEnd(COLUMNS)}\u001b[?2026l`);
    expect(compositor.draw(frame('one', 'three'))).toBe('');
  });

  test('is everything again once the terminal shows something else', () => {
    const compositor = createCompositor();
    const first = compositor.draw(frame('one'));
    compositor.forget();
    expect(compositor.draw(frame('one'))).toBe(first);
  });

  test('puts the cursor where text is typed, and hides it when it is not', () => {
    const terminal = createTerminal(widthOf);
    const compositor = createCompositor();
    const show = (cursor?: Cursor, text = ''): Cursor | undefined => {
      terminal.write(compositor.draw(frame(text), cursor));
      return terminal.cursor();
    };
    expect(show()).toBeUndefined();
    expect(show({ row: 4, column: 3 })).toEqual({ row: 4, column: 3 });
    expect(show({ row: 4, column: 4 })).toEqual({ row: 4, column: 4 });
    expect(show({ row: 4, column: 4 }, 'changed')).toEqual({ row: 4, column: 4 });
    expect(show()).toBeUndefined();
  });
});

test('whatever frames came before, the terminal shows the last one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyFrame, fc.boolean()), { minLength: 1, maxLength: 6 }), (frames) => {
      const terminal = createTerminal(widthOf);
      const compositor = createCompositor();
      for (const [rows, isForgotten] of frames) {
        if (isForgotten) compositor.forget();
        terminal.write(compositor.draw(rows));
        expect(terminal.rows()).toEqual(textOf(rows));
        expect(terminal.isHeld()).toBe(false);
      }
    }),
  );
});

test('a terminal that measures differently has its border in the same column', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), (frames) => {
      // Emoji and signs of one column, as older ones have them; or of two.
      for (const width of [
        (one: string) => (one === '☎' ? 2 : widthOf(one)),
        (one: string) => (one === '👩' ? 1 : widthOf(one)),
      ]) {
        const terminal = createTerminal(width);
        const compositor = createCompositor();
        for (const rows of frames) terminal.write(compositor.draw(rows));
        for (let row = 0; row < ROWS; row++) expect(terminal.at(row, BORDER)).toBe('│');
      }
    }),
  );
});
