import type { Columns } from './fit.ts';
import { firstWhere } from './fit.ts';
import type { Span, StyledLine } from './line.ts';
import type { Style } from './sgr.ts';

/** A piece of a line's `text`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The line with another style in these ranges, which need no order and may overlap. */
export function restyle(line: StyledLine, ranges: readonly TextRange[], change: (style: Style) => Style): StyledLine {
  const sorted = ranges.filter(({ start, end }) => start < end).toSorted((a, b) => a.start - b.start);
  if (sorted.length === 0) return line;
  const spans: Span[] = [];
  let next = 0;
  for (const { start, end, style } of line.spans) {
    for (let at = start; at < end;) {
      while ((sorted[next]?.end ?? Infinity) <= at) next += 1;
      const range = sorted[next];
      const isInside = range !== undefined && range.start <= at;
      const stop = Math.min(end, (isInside ? range.end : range?.start) ?? end);
      spans.push({ start: at, end: stop, style: isInside ? change(style) : style });
      at = stop;
    }
  }
  return { ...line, spans };
}

/** Selected text. */
export const invert = (style: Style): Style => ({ ...style, inverse: !style.inverse });

/** A match of a search: black on yellow, written as inverse so that it shows without colours as well. */
export const asMatch = (style: Style): Style => ({
  ...style,
  dim: false,
  inverse: true,
  fg: { kind: 'basic', index: 3 },
  bg: { kind: 'basic', index: 0 },
});

/** What is in these columns. A wide character belongs to its first column, so pieces that touch join exactly. */
export function rangeOf(line: StyledLine, columns: Columns): TextRange {
  return { start: indexAt(line, columns.from), end: indexAt(line, columns.to) };
}

function indexAt({ text, cells }: StyledLine, column: number): number {
  if (!cells) return Math.min(text.length, Math.max(0, column));
  return cells.indexes[firstWhere(cells.columns.length, (at) => (cells.columns[at] ?? 0) >= column)] ?? text.length;
}

/** The index of the character that covers a column; behind the text its end. */
export function characterAt({ text, cells }: StyledLine, column: number): number {
  if (!cells) return Math.min(text.length, Math.max(0, column));
  const { columns, indexes } = cells;
  return indexes[Math.max(0, firstWhere(columns.length, (at) => (columns[at] ?? 0) > column) - 1)] ?? text.length;
}

/** Where a piece of the text is, with whole cells. */
export function columnsOf({ text, cells }: StyledLine, { start, end }: TextRange): Columns {
  if (!cells) return { from: Math.min(start, text.length), to: Math.min(end, text.length) };
  const { indexes, columns } = cells;
  const last = columns.length - 1;
  const from = Math.max(0, firstWhere(indexes.length, (at) => (indexes[at] ?? 0) > start) - 1);
  const to = firstWhere(indexes.length, (at) => (indexes[at] ?? 0) >= end);
  return { from: columns[from] ?? 0, to: columns[Math.max(from, Math.min(to, last))] ?? 0 };
}

export function textBetween(line: StyledLine, columns: Columns): string {
  const { start, end } = rangeOf(line, columns);
  return line.text.slice(start, end);
}

/** Letters and digits of any script, and what paths, addresses, versions and ids are made of. */
const WORD = /[\p{L}\p{M}\p{N}_\-./:@]+/gu;

/** The word at a column, or the single cell there that is none; undefined beyond the text. */
export function wordAt(line: StyledLine, column: number): Columns | undefined {
  if (column < 0 || column >= line.width) return undefined;
  // The cell that covers the column, not the first one after it.
  const start = line.cells ? cellAt(line.cells.columns, line.cells.indexes, column) : column;
  for (const match of line.text.matchAll(WORD)) {
    const end = match.index + match[0].length;
    if (match.index > start) break;
    if (end > start) return columnsOf(line, { start: match.index, end });
  }
  return columnsOf(line, { start, end: start + 1 });
}

function cellAt(columns: readonly number[], indexes: readonly number[], column: number): number {
  return indexes[firstWhere(columns.length, (at) => (columns[at] ?? 0) > column) - 1] ?? 0;
}
