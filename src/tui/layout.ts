import type { Model, Size } from './model.ts';

/** Zero-based, in cells. */
export interface Rect {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** Where everything is. What does not fit is not there. */
export interface Layout {
  readonly header?: Rect;
  readonly list?: Rect;
  /** With their number; the first row of each is its title. */
  readonly panes: readonly { readonly index: number; readonly rect: Rect }[];
  readonly footer?: Rect;
}

/** Below this the list and the log take turns. */
const BOTH_COLUMNS = 50;
const MIN_PANE = { columns: 24, rows: 4 };
const SIDE_BY_SIDE_COLUMNS = 110;

export function layoutOf(model: Pick<Model, 'size' | 'zoomed' | 'focus' | 'panes' | 'active'>): Layout {
  const { columns, rows } = model.size;
  const header = rows >= 8 ? { column: 0, row: 0, columns, rows: 1 } : undefined;
  const footer = rows >= 4 ? { column: 0, row: rows - 1, columns, rows: 1 } : undefined;
  const top = header ? 1 : 0;
  const body: Rect = { column: 0, row: top, columns, rows: rows - top - (footer ? 1 : 0) };
  const base = { ...(header && { header }), ...(footer && { footer }) };
  const width = listColumns(model);
  if (width >= columns) return { ...base, list: body, panes: [] };
  const list = width > 0 ? { ...body, columns: width } : undefined;
  const area = list ? { ...body, column: width + 1, columns: columns - width - 1 } : body;
  return { ...base, ...(list && { list }), panes: panesIn(area, model) };
}

function listColumns({ size, zoomed, focus }: Pick<Model, 'size' | 'zoomed' | 'focus'>): number {
  if (zoomed) return 0;
  if (size.columns < BOTH_COLUMNS) return focus === 'list' ? size.columns : 0;
  if (size.columns < 80) return 20;
  if (size.columns < 110) return 30;
  return size.columns < 160 ? 42 : 50;
}

function panesIn(area: Rect, model: Pick<Model, 'zoomed' | 'panes' | 'active'>): Layout['panes'] {
  const only = [{ index: model.active, rect: area }];
  const count = model.panes.length;
  if (count === 1 || model.zoomed) return only;
  const beside = count === 4 || area.columns >= SIDE_BY_SIDE_COLUMNS;
  const across = beside ? 2 : 1;
  const down = count / across;
  const columns = splits(area.columns, across, 1);
  const rows = splits(area.rows, down, 0);
  const fits =
    columns.every(({ length }) => length >= MIN_PANE.columns) && rows.every(({ length }) => length >= MIN_PANE.rows);
  if (!fits) return only;
  return rows.flatMap((row, y) =>
    columns.map((column, x) => ({
      index: y * across + x,
      rect: {
        column: area.column + column.from,
        row: area.row + row.from,
        columns: column.length,
        rows: row.length,
      },
    })),
  );
}

function splits(length: number, parts: number, gap: number): readonly { from: number; length: number }[] {
  const each = Math.floor((length - gap * (parts - 1)) / parts);
  return Array.from({ length: parts }, (_, at) => {
    const from = at * (each + gap);
    return { from, length: at === parts - 1 ? length - from : each };
  });
}

export function contains(rect: Rect, column: number, row: number): boolean {
  return column >= rect.column && column < rect.column + rect.columns && row >= rect.row && row < rect.row + rect.rows;
}

/** Rows a pane has for lines. */
export const pageRows = (rect: Rect): number => Math.max(0, rect.rows - 1);

export const isSameSize = (one: Size, other: Size): boolean => one.columns === other.columns && one.rows === other.rows;
