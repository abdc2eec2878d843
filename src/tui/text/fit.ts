import { isAscii } from './cells.ts';
import type { ColourDepth } from './colour.ts';
import type { Span, StyledLine } from './line.ts';
import { RESET, serialise } from './sgr.ts';

/** Display columns of a line, from 0; `to` is not part of it. */
export interface Columns {
  readonly from: number;
  readonly to: number;
}

/** What is written to the terminal for one row. It begins and ends in the reset state. */
export interface Row {
  readonly text: string;
  /** In columns, padding included. */
  readonly width: number;
  /** Where it is false, the terminal may think otherwise of the width. */
  readonly ascii: boolean;
}

/** Breaks at the width and nowhere else, as terminals do, so that copied text joins exactly. Always at least one row. */
export function wrapLine(line: StyledLine, width: number): readonly Columns[] {
  const rows: Columns[] = [];
  const most = Math.max(1, width);
  for (let from = 0; from < line.width;) {
    const to = Math.min(line.width, wholeCells(line, from, from + most));
    rows.push({ from, to });
    from = to;
  }
  return rows.length === 0 ? [{ from: 0, to: 0 }] : rows;
}

/** A wide character that does not fit goes to the next row, unless a row has less room than it takes. */
function wholeCells({ cells }: StyledLine, from: number, to: number): number {
  if (!cells) return to;
  const { columns } = cells;
  const after = firstWhere(columns.length, (at) => (columns[at] ?? 0) > to);
  const end = columns[after - 1] ?? to;
  return after === columns.length || end <= from ? to : end;
}

/** Half of a wide character is a space. With `padTo` the row is filled up to that many columns. */
export function drawRow(line: StyledLine, columns: Columns, depth: ColourDepth, padTo = 0): Row {
  const from = Math.max(0, columns.from);
  const to = Math.min(line.width, columns.to);
  let text = '';
  let current = RESET;
  let ascii = true;
  const write = (part: string, span: Span | undefined): void => {
    const style = span ? serialise(span.style, depth) : RESET;
    if (style !== current) text += style;
    current = style;
    text += part;
  };
  if (from < to) {
    const { start, end, before, after, cut } = cutOut(line, from, to);
    let at = spanIndexAt(line.spans, start);
    if (before > 0) write(' '.repeat(before), line.spans[spanIndexAt(line.spans, cut)]);
    for (let index = start; index < end; at++) {
      const span = line.spans[at];
      const stop = span ? Math.min(end, endOfCell(line, span.end)) : end;
      if (stop <= index) continue;
      const part = line.text.slice(index, stop);
      ascii &&= line.cells === undefined || isAscii(part);
      write(part, span);
      index = stop;
    }
    if (after > 0) write(' '.repeat(after), line.spans[spanIndexAt(line.spans, end)]);
  }
  const width = Math.max(0, to - from);
  if (current !== RESET) text += RESET;
  if (padTo > width) text += ' '.repeat(padTo - width);
  return { text, width: Math.max(width, padTo), ascii };
}

interface Cut {
  /** The whole cells, as a piece of the text. */
  readonly start: number;
  readonly end: number;
  /** How many columns of cut cells are on either side. */
  readonly before: number;
  readonly after: number;
  /** Where the cut cell before begins. */
  readonly cut: number;
}

function cutOut({ cells }: StyledLine, from: number, to: number): Cut {
  if (!cells) return { start: from, end: to, before: 0, after: 0, cut: 0 };
  const { columns, indexes } = cells;
  const first = firstWhere(columns.length, (at) => (columns[at] ?? 0) >= from);
  const beyond = firstWhere(columns.length, (at) => (columns[at] ?? 0) > to);
  const start = indexes[first] ?? 0;
  const cut = indexes[first - 1] ?? 0;
  // One that begins before `from` and ends after `to`.
  if (beyond <= first) return { start, end: start, before: to - from, after: 0, cut };
  const last = beyond - 1;
  return {
    start,
    end: indexes[last] ?? 0,
    before: (columns[first] ?? from) - from,
    after: to - (columns[last] ?? to),
    cut,
  };
}

/** A style that changes inside a cell changes after it. */
function endOfCell({ cells }: StyledLine, index: number): number {
  if (!cells) return index;
  const { indexes } = cells;
  return indexes[firstWhere(indexes.length, (at) => (indexes[at] ?? 0) >= index)] ?? index;
}

const spanIndexAt = (spans: readonly Span[], index: number): number =>
  firstWhere(spans.length, (at) => (spans[at]?.end ?? 0) > index);

/** The first of `count` indexes for which it is true, where it is true for all after it; `count` if there is none. */
export function firstWhere(count: number, isTrue: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
