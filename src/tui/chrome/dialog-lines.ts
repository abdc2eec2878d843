import { ACTIONS, titleOf, type Action } from '../../keys/actions.ts';
import { showKey, type KeyMap } from '../../keys/map.ts';
import type { Choice, Dialog, Facts, Size } from '../model.ts';
import { matchesOf, type Match } from '../palette.ts';
import { widthOf } from '../text/cells.ts';
import type { Line } from './line.ts';
import { inColumns } from './short.ts';

/** A dialog: a title, and lines of which some may be out of sight. */
export interface DialogLines {
  readonly title: string;
  readonly lines: readonly Line[];
  /** First line that is shown. */
  readonly top: number;
  /** Below the lines, always in sight. */
  readonly foot?: Line;
  /** Where text is typed: line (of those shown) and column. */
  readonly cursor?: { readonly line: number; readonly column: number };
}

export function dialogLines(dialog: Dialog, facts: Facts, keys: KeyMap, size: Size): DialogLines {
  const { columns: width, rows } = dialogSize(size);
  const columns = width - EDGES;
  switch (dialog.kind) {
    case 'help': {
      const lines = helpLines(keys, facts.attached);
      return { title: 'Keys', lines, top: clampTop(dialog.top, lines.length, rows), foot: footOf(lines.length, rows) };
    }
    case 'palette':
      return paletteLines(dialog, facts, keys, columns, rows);
    case 'question':
      return {
        title: 'Please confirm',
        lines: inColumns(dialog.question.text, columns, 3).map((text): Line => [{ text }]),
        top: 0,
        foot: [{ text: 'y', look: 'key' }, { text: ' yes   ' }, { text: 'n', look: 'key' }, { text: ' no' }],
      };
    case 'report': {
      const { title, choices } = dialog;
      const lines = foldedLines(dialog.lines, columns);
      const foot: Line =
        choices.length === 0
          ? footOf(lines.length, rows)
          : choices.flatMap((choice): Line => [
              { text: showKey(choice.key), look: 'key' },
              { text: behindKey(choice) },
            ]);
      return { title, lines, top: clampTop(dialog.top, lines.length, rows), foot };
    }
  }
}

const behindKey = ({ title }: Choice): string => ` ${title}   `;

/** The choice that is drawn at a column of the foot. */
export function choiceAt(choices: readonly Choice[], column: number): Choice | undefined {
  let from = 0;
  for (const choice of choices) {
    const to = from + showKey(choice.key).length + behindKey(choice).length;
    if (column >= from && column < to) return choice;
    from = to;
  }
  return undefined;
}

/** Columns of a dialog, and rows it has for lines, on a screen. */
export const dialogSize = ({ columns, rows }: Size): Size => ({
  columns: Math.min(columns, Math.max(30, Math.min(84, columns - 8))),
  rows: Math.max(1, Math.min(rows - 6, 40)),
});

/** Columns of the edges, with a space beside each. */
const EDGES = 4;

type Scrolled = Extract<Dialog, { readonly top: number }>;

/** Moves what is shown by some lines, between the first and the last. */
export function scrollDialog(dialog: Scrolled, by: number, size: Size): Dialog {
  const { columns, rows } = dialogSize(size);
  const { length } = dialog.kind === 'help' ? helpRows() : foldedLines(dialog.lines, columns - EDGES);
  return { ...dialog, top: clampTop(dialog.top + by, length, rows) };
}

export const foldedLines = (lines: readonly Line[], columns: number): readonly Line[] =>
  lines.flatMap((line) => folded(line, columns));

/** A line of one look goes on below where it is too long. */
function folded(line: Line, columns: number): readonly Line[] {
  const [only] = line;
  if (!only || line.length > 1 || only.text.length <= columns) return [line];
  const indent = /^\s*/.exec(only.text)?.[0] ?? '';
  const parts = inColumns(only.text.trimStart(), Math.max(10, columns - indent.length), MOST_FOLDS);
  return parts.map((text): Line => [{ ...only, text: indent + text }]);
}

const MOST_FOLDS = 20;

const clampTop = (top: number, lines: number, rows: number): number => Math.max(0, Math.min(top, lines - rows));

const footOf = (lines: number, rows: number): Line => [
  { text: lines > rows ? '↑ ↓ scroll   Esc close' : 'Esc close', look: 'dim' },
];

function helpLines(keys: KeyMap, isAttached: boolean): readonly Line[] {
  return helpRows().map((row): Line => {
    if (row === undefined) return [];
    if (typeof row === 'string') return [{ text: row, look: 'bold' }];
    const shown = keys.keysOf(row.id).map(showKey).join(' ');
    return [{ text: ` ${shown.padEnd(16)} `, look: 'key' }, { text: titleOf(row, isAttached) }];
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

/** Those that have room below the text that is typed, and the place of the first. */
export function shownMatches(
  { text, index }: Pick<Extract<Dialog, { kind: 'palette' }>, 'text' | 'index'>,
  facts: Facts,
  rows: number,
): { readonly first: number; readonly matches: readonly Match[] } {
  const matches = matchesOf(facts, text);
  const room = Math.max(1, rows - 1);
  const first = Math.max(0, Math.min(index - Math.floor(room / 2), matches.length - room));
  return { first, matches: matches.slice(first, first + room) };
}

function paletteLines(
  { text, index }: Extract<Dialog, { kind: 'palette' }>,
  facts: Facts,
  keys: KeyMap,
  columns: number,
  rows: number,
): DialogLines {
  const { first, matches } = shownMatches({ text, index }, facts, rows);
  const lines = matches.map((match, at): Line => {
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
    cursor: { line: 0, column: Math.min(columns, 2 + widthOf(text)) },
  };
}
