import { createRecent, type Recent } from '../../logs/history/recent.ts';
import type { ColourDepth } from '../text/colour.ts';
import { drawRow } from '../text/fit.ts';
import { asMatch, invert, restyle, type TextRange } from '../text/select.ts';
import type { StyledLine } from '../text/line.ts';
import type { Gutter } from './gutter.ts';
import type { Laid } from './lay.ts';
import { selectedIn, type Selection } from './selection.ts';
import type { Page } from './viewport.ts';

/** A row of a pane, as wide as it is. */
export interface PaneRow {
  readonly text: string;
  readonly isWide: boolean;
}

export interface RowOptions {
  readonly columns: number;
  readonly rows: number;
  readonly depth: ColourDepth;
  readonly gutter: Gutter;
  readonly names: readonly string[];
  readonly selection?: Selection;
  /** Global: all of its matches are shown. */
  readonly search?: RegExp;
  /** Remembers rows of lines without a selection. */
  readonly cache: RowCache;
}

/** Rows as they were written, by line; emptied when anything else changes. */
export type RowCache = Recent<Laid, readonly PaneRow[]>;

/** Not a weak map: the collector looks at every entry of one each time. */
export const createRowCache = (): RowCache => createRecent(KEPT);

const KEPT = 256;

export function paneRows(page: Page, options: RowOptions): readonly PaneRow[] {
  const { columns, rows } = options;
  const drawn: PaneRow[] = [];
  for (const [at, laid] of page.laid.entries()) {
    const all = rowsOf(laid, options);
    drawn.push(...(at === 0 && page.top.skip > 0 ? all.slice(page.top.skip) : all));
    if (drawn.length >= rows) break;
  }
  const empty = { text: ' '.repeat(columns), isWide: false };
  while (drawn.length < rows) drawn.push(empty);
  return drawn.slice(0, rows);
}

function rowsOf(laid: Laid, options: RowOptions): readonly PaneRow[] {
  const selected = options.selection && selectedIn(options.names, options.selection, laid);
  if (selected) return draw(laid, options, { start: selected.from, end: selected.to });
  const known = options.cache.get(laid);
  if (known) return known;
  const rows = draw(laid, options);
  if (!laid.piece.open) options.cache.set(laid, rows);
  return rows;
}

function draw(laid: Laid, options: RowOptions, selected?: TextRange): readonly PaneRow[] {
  const { gutter, columns, depth, search } = options;
  const room = Math.max(1, columns - gutter.columns);
  let line: StyledLine = laid.line;
  if (search) line = restyle(line, matchesIn(line.text, search), asMatch);
  if (selected) line = restyle(line, [selected], invert);
  return laid.rows.map((part, at) => {
    const before = gutter.of(laid.piece, at === 0);
    const { text, ascii } = drawRow(line, part, depth, room);
    return { text: before + text, isWide: !ascii };
  });
}

/** Of a line nobody reads to its end. */
const MOST_MATCHES = 200;

function matchesIn(text: string, pattern: RegExp): readonly TextRange[] {
  const ranges: TextRange[] = [];
  for (const match of text.matchAll(pattern)) {
    ranges.push({ start: match.index, end: match.index + match[0].length });
    if (ranges.length >= MOST_MATCHES) break;
  }
  return ranges;
}
