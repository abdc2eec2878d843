import { createElement, type ReactNode } from 'react';
import { DialogBox } from './chrome/dialog.tsx';
import { dialogLines, dialogSize } from './chrome/dialog-lines.ts';
import { headerLine, type Hint } from './chrome/bars.ts';
import { bottomLine, type Toast } from './chrome/bottom.ts';
import { cutLine, lengthOf, withoutControls, type Line } from './chrome/line.ts';
import { listLines } from './chrome/list-lines.ts';
import { paint } from './chrome/paint.ts';
import { inColumns } from './chrome/short.ts';
import { createSurface, Lines, type Surface } from './chrome/surface.tsx';
import type { Cursor, Segment } from './compositor.ts';
import type { KeyMap } from '../keys/map.ts';
import type { Layout, Rect } from './layout.ts';
import type { Facts, Model } from './model.ts';
import type { ColourDepth } from './text/colour.ts';
import { isAscii, widthOf } from './text/cells.ts';

/** A pane, drawn: its title and its rows, each as wide as the pane. */
export interface DrawnPane {
  readonly rect: Rect;
  readonly title: Line;
  readonly isActive: boolean;
  readonly rows: readonly { readonly text: string; readonly isWide: boolean }[];
}

/** What was drawn where, for the mouse. */
export interface Drawn {
  readonly rows: readonly (readonly Segment[])[];
  readonly cursor?: Cursor;
  /** Entry of each row of the list. */
  readonly listIds: readonly string[];
  readonly hints: readonly Hint[];
  readonly dialog?: Rect;
}

/** Joins what ink draws with the rows of the panes. */
export interface Painter {
  paint(model: Model, facts: Facts, layout: Layout, panes: readonly DrawnPane[], toast: Toast | undefined): Drawn;
  close(): void;
}

export function createPainter(keys: KeyMap, depth: ColourDepth): Painter {
  const surfaces = { header: remembering(), list: remembering(), footer: remembering(), dialog: remembering() };
  const hasColours = depth !== 'none';
  const inLines = (surface: Remembering, lines: readonly Line[], columns: number): readonly Filled[] =>
    surface.draw(
      lines.map((one) => paint(one, hasColours)),
      columns,
      (painted) => createElement(Lines, { lines: painted, columns }),
    );

  let last: { readonly model: Model; readonly facts: Facts; readonly chrome: Chrome } | undefined;

  /** Most frames are for logs: the rest is as it was. */
  function chromeOf(model: Model, facts: Facts, layout: Layout): Chrome {
    if (last?.model === model && last.facts === facts) return last.chrome;
    const { columns } = model.size;
    const { lines, ids } = layout.list
      ? listLines(model, facts, layout.list.columns, layout.list.rows)
      : { lines: [], ids: [] };
    const chrome = {
      header: layout.header ? inLines(surfaces.header, [headerLine(model, facts, columns)], columns) : [],
      list: { rows: layout.list ? inLines(surfaces.list, lines, layout.list.columns) : [], ids },
    };
    last = { model, facts, chrome };
    return chrome;
  }

  function paintAll(
    model: Model,
    facts: Facts,
    layout: Layout,
    panes: readonly DrawnPane[],
    toast: Toast | undefined,
  ): Drawn {
    const { columns, rows: height } = model.size;
    const rows: Segment[][] = Array.from({ length: height }, () => []);
    const put = ({ column, row, rows: tall, columns: wide }: Rect, texts: readonly Filled[]): void => {
      for (let at = 0; at < tall; at++) rows[row + at]?.push({ column, ...(texts[at] ?? fill('', wide)) });
    };
    const { header, list } = chromeOf(model, facts, layout);
    if (layout.header) put(layout.header, header);
    if (layout.list) put(layout.list, list.rows);
    for (const { rect, title, isActive, rows: lines } of panes) {
      if (rect.column > 0) for (let at = 0; at < rect.rows; at++) rows[rect.row + at]?.push(edge(rect.column - 1));
      rows[rect.row]?.push(titleSegment(rect, title, isActive, hasColours));
      for (const [at, { text, isWide }] of lines.entries())
        rows[rect.row + 1 + at]?.push({ column: rect.column, text, isWide });
    }
    const bottom = bottomLine(model, keys, toast, columns, facts.attached);
    if (layout.footer) put(layout.footer, inLines(surfaces.footer, [bottom.line], columns));
    const dialog = model.dialog && paintDialog(model, facts, rows);
    const promptCursor =
      bottom.column === undefined || !layout.footer
        ? undefined
        : { column: Math.min(columns - 1, bottom.column), row: layout.footer.row };
    const cursor = dialog?.cursor ?? promptCursor;
    return {
      rows,
      listIds: list.ids,
      hints: bottom.hints,
      ...(cursor && { cursor }),
      ...(dialog && { dialog: dialog.rect }),
    };
  }

  /** Over what is there. */
  function paintDialog(
    model: Model,
    facts: Facts,
    rows: Segment[][],
  ): { readonly rect: Rect; readonly cursor?: Cursor } | undefined {
    if (!model.dialog) return undefined;
    const { columns, rows: height } = model.size;
    const { columns: width, rows: room } = dialogSize(model.size);
    const { title, lines, top, foot, cursor } = dialogLines(model.dialog, facts, keys, model.size);
    const shown = lines.slice(top, top + room);
    const tall = Math.min(height, shown.length + 2 + (foot ? 2 : 0));
    const rect: Rect = {
      column: Math.floor((columns - width) / 2),
      row: Math.max(0, Math.floor((height - tall) / 2)),
      columns: width,
      rows: tall,
    };
    const painted = surfaces.dialog.draw(
      [
        inColumns(title, width - 5, 1)[0] ?? '',
        foot ? paint(foot, hasColours) : '',
        String(tall),
        ...shown.map((one) => paint(one, hasColours)),
      ],
      width,
      ([heading = '', end = '', , ...body]) =>
        createElement(DialogBox, {
          title: heading,
          lines: body,
          ...(foot && { foot: end }),
          columns: width,
          rows: tall,
        }),
    );
    for (let at = 0; at < rect.rows; at++) {
      const row = rows[rect.row + at];
      // What is below may be of any width: the box goes to its own place.
      if (row)
        row.push({ column: 0, text: '', isWide: true }, { column: rect.column, ...(painted[at] ?? fill('', width)) });
    }
    return {
      rect,
      ...(cursor && {
        cursor: {
          column: Math.min(columns - 1, rect.column + 2 + cursor.column),
          row: Math.min(height - 1, rect.row + 1 + cursor.line),
        },
      }),
    };
  }

  return {
    paint: paintAll,
    close() {
      for (const surface of Object.values(surfaces)) surface.close();
    },
  };
}

/** What is around the panes. */
interface Chrome {
  readonly header: readonly Filled[];
  readonly list: { readonly rows: readonly Filled[]; readonly ids: readonly string[] };
}

/** A text that fills its columns. */
type Filled = Omit<Segment, 'column'>;

interface Remembering {
  draw(key: readonly string[], columns: number, element: (key: readonly string[]) => ReactNode): readonly Filled[];
  close(): void;
}

/** Ink draws only what is not as it was; how wide its rows are is measured as seldom. */
function remembering(): Remembering {
  let surface: Surface | undefined;
  let last: { readonly key: string; readonly rows: readonly Filled[] } | undefined;
  return {
    draw(parts, columns, element) {
      const key = `${columns}\n${parts.join('\n')}`;
      if (last?.key !== key) {
        surface ??= createSurface();
        last = { key, rows: surface.draw(element(parts), columns).map((text) => fill(text, columns)) };
      }
      return last.rows;
    },
    close: () => surface?.close(),
  };
}

// eslint-disable-next-line no-control-regex -- colours take no room
const visible = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, '');

/** As wide as its place. */
function fill(text: string, columns: number): Filled {
  const shown = visible(text);
  return { text: `${text}${' '.repeat(Math.max(0, columns - widthOf(shown)))}`, isWide: !isAscii(shown) };
}

const edge = (column: number): Segment => ({ column, text: '\u001b[2m│\u001b[0m', isWide: true });

function titleSegment(rect: Rect, title: Line, isActive: boolean, hasColours: boolean): Segment {
  const gap = Math.max(0, rect.columns - lengthOf(title));
  const cut: Line = gap === 0 ? cutLine(title, rect.columns) : [...title, { text: ' '.repeat(gap) }];
  const shown = withoutControls(cut.map((piece) => piece.text).join(''));
  const text = `\u001b[${isActive ? '7' : '2'}m${shown}\u001b[0m`;
  return { column: rect.column, text: hasColours || isActive ? text : visible(text), isWide: true };
}
