import type { History } from '../../logs/history/history.ts';
import type { Piece } from '../../logs/history/piece.ts';
import type { Position } from '../../logs/history/walk.ts';
import { firstWhere } from '../text/fit.ts';
import type { StyledLine } from '../text/line.ts';
import type { Copied } from './copied.ts';
import type { Laid, Layer } from './lay.ts';

/** A place in the text of a history. */
export interface Spot {
  /** Above the line. */
  readonly position: Position;
  readonly piece: Piece;
  /** In the text of the line, as it is shown. */
  readonly index: number;
}

/** From one spot to another, in either direction. */
export interface Selection {
  readonly anchor: Spot;
  readonly head: Spot;
  readonly unit: 'character' | 'word' | 'line';
}

/** Order of lines in a history: by arrival, then by log, then by place. */
export function isBefore(names: readonly string[], one: Spot, other: Spot): boolean {
  const [a, b] = [one.piece, other.piece];
  if (a.name === b.name) return a.from === b.from ? one.index < other.index : a.from < b.from;
  if (a.time !== b.time) return a.time < b.time;
  return names.indexOf(a.name) < names.indexOf(b.name);
}

export function ordered(names: readonly string[], { anchor, head }: Selection): readonly [Spot, Spot] {
  return isBefore(names, head, anchor) ? [head, anchor] : [anchor, head];
}

const isSameLine = (one: Piece, other: Piece): boolean => one.name === other.name && one.from === other.from;

/** What of a line is selected, in indexes of its text. */
export function selectedIn(
  names: readonly string[],
  selection: Selection,
  laid: Laid,
): { readonly from: number; readonly to: number } | undefined {
  const [first, last] = ordered(names, selection);
  const { text } = laid.line;
  const here: Spot = { position: [], piece: laid.piece, index: 0 };
  const isFirst = isSameLine(laid.piece, first.piece);
  const isLast = isSameLine(laid.piece, last.piece);
  if (!isFirst && isBefore(names, here, { ...first, index: 0 })) return undefined;
  if (!isLast && isBefore(names, { ...last, index: 0 }, here)) return undefined;
  if (selection.unit === 'line') return { from: 0, to: text.length };
  const from = isFirst ? first.index : 0;
  const to = isLast ? last.index : text.length;
  // The character at the end belongs to it, with all that combines with it.
  const end = isLast ? endOfCharacter(laid.line, to) : to;
  if (selection.unit === 'character') return { from, to: end };
  return {
    from: isFirst ? wordAt(text, from).from : from,
    to: isLast ? Math.max(end, wordAt(text, to).to) : to,
  };
}

function endOfCharacter({ text, cells }: StyledLine, index: number): number {
  if (!cells) return Math.min(text.length, index + 1);
  return cells.indexes[firstWhere(cells.indexes.length, (at) => (cells.indexes[at] ?? 0) > index)] ?? text.length;
}

const WORD = /[\p{L}\p{N}_\-./:@%+~#=]/u;

export function wordAt(text: string, index: number): { readonly from: number; readonly to: number } {
  let [from, to] = [index, index + 1];
  if (!WORD.test(text[index] ?? ' ')) return { from, to: Math.min(text.length, to) };
  while (from > 0 && WORD.test(text[from - 1] ?? ' ')) from -= 1;
  while (to < text.length && WORD.test(text[to] ?? ' ')) to += 1;
  return { from, to };
}

/** More is nothing for a clipboard. */
const MAX_TEXT = 8e6;

/** The selected text, without gutters; parts of one long line are joined. */
export function textOf(history: History, layer: Layer, selection: Selection, isTimeUp: () => boolean): Copied {
  const [first, last] = ordered(history.names, selection);
  let text = '';
  let isFirst = true;
  for (let { position } = first; text.length < MAX_TEXT;) {
    const next = history.next(position, 'after', isTimeUp);
    if (next.kind === 'paused') return { text, cut: 'late' };
    if (next.kind === 'end') return { text };
    const laid = layer.lay(next.piece);
    const part = selectedIn(history.names, selection, laid);
    if (!part) return { text };
    text += `${isFirst || next.piece.continues ? '' : '\n'}${laid.line.text.slice(part.from, part.to)}`;
    // Below the last one there may be nothing for a long way.
    if (isSameLine(next.piece, last.piece)) return { text };
    isFirst = false;
    ({ position } = next);
  }
  return { text, cut: 'long' };
}
