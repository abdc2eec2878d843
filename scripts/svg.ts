import type { Cell, Colour } from '../test/rig/screen.ts';

const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 17;
const FONT_SIZE = 14;
/** From the top of a cell to the line the letters stand on. */
const BASELINE = 13;
const PADDING = 12;

const FOREGROUND = '#d6dae1';
const BACKGROUND = '#16191f';
/** The sixteen that terminals let their users choose; these can be read on the background. */
const BASIC =
  '#2b303b #e0626b #8fc379 #e6c07b #61a8ef #c678dd #56b6c2 #bcc3cf ' +
  '#6b7385 #ef7d86 #a9d695 #f0d197 #85bdf5 #d695e8 #7accd6 #ffffff';

/** Neighbours in a row that look the same. */
interface Stretch {
  readonly cell: Cell;
  readonly column: number;
  readonly columns: number;
  readonly text: string;
}

/** A picture of a screen. The text in it is text, held to its columns whatever font there is. */
export function svgOf(cells: readonly (readonly Cell[])[]): string {
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const width = round(columns * CELL_WIDTH + 2 * PADDING);
  const height = cells.length * CELL_HEIGHT + 2 * PADDING;
  const rows = cells.map((row) => stretchesOf(row));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    // All backgrounds first: letters reach into the cells around them.
    ...rows.flatMap((row, at) => row.flatMap((stretch) => backgroundOf(stretch, at))),
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${FONT_SIZE}">`,
    ...rows.flatMap((row, at) => row.flatMap((stretch) => textOf(stretch, at))),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function stretchesOf(row: readonly Cell[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [column, cell] of row.entries()) {
    const last = stretches.at(-1);
    // Behind a wide character there is an empty cell, which may not know the character's look.
    if (last && (cell.char === '' || looksAlike(last.cell, cell)))
      stretches[stretches.length - 1] = { ...last, columns: last.columns + 1, text: last.text + cell.char };
    else stretches.push({ cell, column, columns: 1, text: cell.char });
  }
  return stretches;
}

function looksAlike({ char: _, ...one }: Cell, { char: __, ...other }: Cell): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function backgroundOf({ cell, column, columns }: Stretch, row: number): readonly string[] {
  const { background } = coloursOf(cell);
  if (background === BACKGROUND) return [];
  return [
    `<rect x="${xOf(column)}" y="${PADDING + row * CELL_HEIGHT}" width="${round(columns * CELL_WIDTH)}" height="${CELL_HEIGHT}" fill="${background}"/>`,
  ];
}

function textOf({ cell, column, columns, text }: Stretch, row: number): readonly string[] {
  // Spaces at the ends have no ink, unless there is a line below them.
  const start = cell.underline ? 0 : text.length - text.trimStart().length;
  const end = cell.underline ? 0 : text.length - text.trimEnd().length;
  const inked = text.slice(start, text.length - end);
  if (inked === '') return [];
  const attributes = [
    `x="${xOf(column + start)}"`,
    `y="${PADDING + row * CELL_HEIGHT + BASELINE}"`,
    `fill="${coloursOf(cell).foreground}"`,
    `textLength="${round((columns - start - end) * CELL_WIDTH)}"`,
    'lengthAdjust="spacingAndGlyphs"',
    'xml:space="preserve"',
    ...(cell.bold ? ['font-weight="bold"'] : []),
    ...(cell.dim ? ['opacity="0.6"'] : []),
    ...(cell.underline ? ['text-decoration="underline"'] : []),
  ];
  return [`<text ${attributes.join(' ')}>${escape(inked)}</text>`];
}

function coloursOf({ fg, bg, inverse }: Cell): { readonly foreground: string; readonly background: string } {
  const [foreground, background] = [hexOf(fg, FOREGROUND), hexOf(bg, BACKGROUND)];
  return inverse ? { foreground: background, background: foreground } : { foreground, background };
}

/** Of the palette of 256: sixteen of the user's, a cube of six by six by six, and greys. */
function hexOf(colour: Colour, otherwise: string): string {
  if (colour === 'default') return otherwise;
  if (typeof colour === 'string') return colour;
  if (colour < 16) return BASIC.split(' ')[colour] ?? otherwise;
  if (colour >= 232) return hexOfParts([0, 0, 0].map(() => 8 + (colour - 232) * 10));
  const at = colour - 16;
  return hexOfParts([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => (step ? 55 + step * 40 : 0)));
}

const hexOfParts = (parts: readonly number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
const xOf = (column: number): number => round(PADDING + column * CELL_WIDTH);
const round = (length: number): number => Math.round(length * 10) / 10;
const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\x00-\x08\x0b-\x1f]/g, '');
