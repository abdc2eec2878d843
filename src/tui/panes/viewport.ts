import type { History } from '../../logs/history/history.ts';
import type { Direction, Position, Walked } from '../../logs/history/walk.ts';
import type { Laid, Layer } from './lay.ts';

/** Where a pane is in its history: at the end, or with this line at the top, some of its rows above the edge. */
export type Anchor = { readonly kind: 'end' } | { readonly kind: 'top'; readonly top: Top };

export interface Top {
  readonly position: Position;
  readonly skip: number;
}

/** The lines of one screenful. */
export interface Page {
  readonly laid: readonly Laid[];
  /** Of the first line. */
  readonly top: Top;
  /** After the last line. */
  readonly bottom: Position;
  /** There was no time to look for all of it. */
  readonly isPartial: boolean;
  /** It is not full: there is no more. */
  readonly isShort: boolean;
}

export interface Reading {
  readonly history: History;
  readonly layer: Layer;
  /** What arrived before is not there. */
  readonly since?: number;
  readonly isTimeUp: () => boolean;
}

function next({ history, since, isTimeUp }: Reading, position: Position, direction: Direction): Walked {
  const walked = history.next(position, direction, isTimeUp);
  const isHidden = walked.kind === 'step' && since !== undefined && walked.piece.time < since;
  return isHidden && direction === 'before' ? { kind: 'end' } : walked;
}

export function pageAt(reading: Reading, anchor: Anchor, rows: number): Page {
  if (anchor.kind === 'end') return pageBefore(reading, reading.history.end(), rows);
  const page = pageAfter(reading, anchor.top, rows);
  // Nothing is gained by empty rows while there is something above.
  return page.isShort && !page.isPartial ? pageBefore(reading, page.bottom, rows) : page;
}

function pageAfter(reading: Reading, top: Top, rows: number): Page {
  const laid: Laid[] = [];
  let { position } = top;
  for (let count = -top.skip; count < rows;) {
    const walked = next(reading, position, 'after');
    if (walked.kind !== 'step')
      return { laid, top, bottom: position, isPartial: walked.kind === 'paused', isShort: true };
    const one = reading.layer.lay(walked.piece);
    laid.push(one);
    count += one.rows.length;
    ({ position } = walked);
  }
  return { laid, top, bottom: position, isPartial: false, isShort: false };
}

function pageBefore(reading: Reading, bottom: Position, rows: number): Page {
  const laid: Laid[] = [];
  let position = bottom;
  let count = 0;
  while (count < rows) {
    const walked = next(reading, position, 'before');
    if (walked.kind !== 'step') {
      const isPartial = walked.kind === 'paused';
      return { laid: laid.toReversed(), top: { position, skip: 0 }, bottom, isPartial, isShort: true };
    }
    const one = reading.layer.lay(walked.piece);
    laid.push(one);
    count += one.rows.length;
    ({ position } = walked);
  }
  return { laid: laid.toReversed(), top: { position, skip: count - rows }, bottom, isPartial: false, isShort: false };
}

/** The top that many rows further up (negative) or down; at the end of the history when there is no full page left. */
export function moved(reading: Reading, top: Top, by: number, rows: number): Anchor {
  if (by < 0) return { kind: 'top', top: rowsAbove(reading, top, -by) };
  const target = below(reading, top, by);
  const page = pageAfter(reading, target, rows + 1);
  return page.isShort && !page.isPartial ? { kind: 'end' } : { kind: 'top', top: target };
}

export function rowsAbove(reading: Reading, { position, skip }: Top, by: number): Top {
  let left = by - skip;
  let at = position;
  if (left <= 0) return { position, skip: skip - by };
  for (;;) {
    const walked = next(reading, at, 'before');
    if (walked.kind !== 'step') return { position: at, skip: 0 };
    at = walked.position;
    const { length } = reading.layer.lay(walked.piece).rows;
    if (left <= length) return { position: at, skip: length - left };
    left -= length;
  }
}

function below(reading: Reading, { position, skip }: Top, by: number): Top {
  let left = by + skip;
  let at = position;
  for (;;) {
    const walked = next(reading, at, 'after');
    if (walked.kind !== 'step') return { position: at, skip: 0 };
    const { length } = reading.layer.lay(walked.piece).rows;
    if (left < length) return { position: at, skip: left };
    left -= length;
    at = walked.position;
  }
}
