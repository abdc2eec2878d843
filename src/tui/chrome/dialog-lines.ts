import { ACTIONS, type Action } from '../actions.ts';
import { showKey, type KeyMap } from '../keys.ts';
import type { Dialog, Facts, Size } from '../model.ts';
import { matchesOf } from '../palette.ts';
import type { Line, Piece } from './line.ts';
import { inColumns } from './short.ts';

/** A dialog: a title, and lines of which some may be out of sight. */
export interface DialogLines {
  readonly title: string;
  readonly lines: readonly Line[];
  /** First line that is shown. */
  readonly top: number;
  /** Below the lines, always in sight. */
  readonly foot?: Line;
  /** What can be clicked; a click is the key. */
  readonly spots?: readonly Spot[];
  /** Where text is typed: line (of those shown) and column. */
  readonly cursor?: { readonly line: number; readonly column: number };
}

export interface Spot {
  /** Of those shown. */
  readonly line: number | 'foot';
  readonly from: number;
  readonly to: number;
  readonly key: string;
  /** Of the palette: what is chosen first. */
  readonly index?: number;
}

export function dialogLines(dialog: Dialog, facts: Facts, keys: KeyMap, columns: number, rows: number): DialogLines {
  switch (dialog.kind) {
    case 'help': {
      const lines = helpLines(keys);
      return { title: 'Keys', lines, top: clampTop(dialog.top, lines.length, rows), foot: footOf(lines.length, rows) };
    }
    case 'palette':
      return paletteLines(dialog, facts, keys, columns, rows);
    case 'question':
      return {
        title: 'Please confirm',
        lines: inColumns(dialog.question.text, columns, 3).map((text): Line => [{ text }]),
        top: 0,
        ...choicesFoot([
          { key: 'y', title: 'yes' },
          { key: 'n', title: 'no' },
        ]),
      };
    case 'report': {
      const { title, choices } = dialog;
      const lines = dialog.lines.flatMap((one) => folded(one, columns));
      const foot = choices.length === 0 ? { foot: footOf(lines.length, rows) } : choicesFoot(choices);
      return { title, lines, top: clampTop(dialog.top, lines.length, rows), ...foot };
    }
  }
}

/** `y yes   n no`, and where each is. */
function choicesFoot(
  choices: readonly { readonly key: string; readonly title: string }[],
): Pick<DialogLines, 'foot' | 'spots'> {
  const foot: Piece[] = [];
  const spots: Spot[] = [];
  let at = 0;
  for (const { key, title } of choices) {
    const shown = showKey(key);
    foot.push({ text: shown, look: 'key' }, { text: ` ${title}   ` });
    spots.push({ line: 'foot', from: at, to: at + shown.length + title.length + 1, key });
    at += shown.length + title.length + 4;
  }
  return { foot, spots };
}

/** A line of one look goes on below where it is too long. */
function folded(line: Line, columns: number): readonly Line[] {
  const [only] = line;
  if (!only || line.length > 1 || only.text.length <= columns) return [line];
  const indent = /^\s*/.exec(only.text)?.[0] ?? '';
  const parts = inColumns(only.text.trimStart(), Math.max(10, columns - indent.length), MOST_FOLDS);
  return parts.map((text): Line => [{ ...only, text: indent + text }]);
}

const MOST_FOLDS = 20;

/** Rows a dialog has for lines, of those of the screen. */
export const dialogRoom = (rows: number): number => Math.max(1, Math.min(rows - 6, 40));

/** Of a dialog, its frame included. */
export const dialogWidth = (columns: number): number => Math.min(columns, Math.max(30, Math.min(84, columns - 8)));

type Scrolled = Extract<Dialog, { readonly top: number }>;

/** Moves what is shown by some lines, between the first and the last. */
export function scrollDialog(dialog: Scrolled, by: number, size: Size): Dialog {
  const columns = dialogWidth(size.columns) - 4;
  const lines = dialog.kind === 'help' ? helpRows().length : dialog.lines.flatMap((one) => folded(one, columns)).length;
  return { ...dialog, top: clampTop(dialog.top + by, lines, dialogRoom(size.rows)) };
}

const clampTop = (top: number, lines: number, rows: number): number => Math.max(0, Math.min(top, lines - rows));

const footOf = (lines: number, rows: number): Line => [
  { text: lines > rows ? '↑ ↓ scroll   Esc close' : 'Esc close', look: 'dim' },
];

function helpLines(keys: KeyMap): readonly Line[] {
  return helpRows().map((row): Line => {
    if (row === undefined) return [];
    if (typeof row === 'string') return [{ text: row, look: 'bold' }];
    const shown = keys.keysOf(row.id).map(showKey).join(' ');
    return [{ text: ` ${shown.padEnd(16)} `, look: 'key' }, { text: row.title }];
  });
}

/** Groups with their actions, an empty row between them. */
function helpRows(): readonly (string | Action | undefined)[] {
  const groups = [...new Set(ACTIONS.map(({ group }) => group))];
  return groups.flatMap((group, at) => [
    ...(at > 0 ? [undefined] : []),
    group,
    ...(ACTIONS as readonly Action[]).filter((action) => action.group === group),
  ]);
}

function paletteLines(
  { text, index }: Extract<Dialog, { kind: 'palette' }>,
  facts: Facts,
  keys: KeyMap,
  columns: number,
  rows: number,
): DialogLines {
  const matches = matchesOf(facts, text);
  const room = Math.max(1, rows - 1);
  const first = Math.max(0, Math.min(index - Math.floor(room / 2), matches.length - room));
  const lines = matches.slice(first, first + room).map((match, at): Line => {
    const shown = match.kind === 'action' ? showKey(keys.keysOf(match.id)[0] ?? '') : '';
    const title = match.title.slice(0, Math.max(0, columns - shown.length - 1));
    const gap = ' '.repeat(Math.max(1, columns - title.length - shown.length));
    if (first + at === index) return [{ text: `${title}${gap}${shown}`, look: 'chosen' }];
    return [{ text: `${title}${gap}` }, { text: shown, look: 'dim' }];
  });
  return {
    title: 'Commands',
    lines: [
      [{ text: '> ', look: 'key' }, { text }],
      ...(lines.length === 0 ? [[{ text: 'nothing is called that' }]] : lines),
    ],
    top: 0,
    spots: lines.map((_, at) => ({ line: at + 1, from: 0, to: columns, key: 'enter', index: first + at })),
    cursor: { line: 0, column: 2 + text.length },
  };
}
