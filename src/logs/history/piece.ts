import type { LogSource } from '../source.ts';
import { createTimes } from './times.ts';

/** A line of a log, or a part of a very long one. */
export interface Piece {
  readonly name: string;
  /** Offset of its first byte, and after its last, the line end included. */
  readonly from: number;
  readonly to: number;
  /** Arrival, ms since the epoch. */
  readonly time: number;
  /** Without the line end; ANSI kept. */
  readonly text: string;
  /** It goes on a line that began in the piece before. */
  readonly continues: boolean;
  /**
   * It is not all that stands, or will stand, between two cuts: its line is still written, or was when the place it was
   * asked from was noted. Any other piece is the same for ever.
   */
  readonly open: boolean;
}

/** Reads one log from any place in both directions; remembers the bytes it looked at last. */
export interface PieceReader {
  readonly name: string;
  before(offset: number): Piece | undefined;
  after(offset: number): Piece | undefined;
  timeAt(offset: number): number;
  /** The bytes from `from` to `to`, or to what there is; valid until the next call. */
  bytes(from: number, to: number): Buffer;
}

/** A longer line is cut at multiples of this, so that from both directions it is cut at the same places. */
export const PIECE_BYTES = 16 * 1024;
/** What is read at once. */
export const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;

export function createPieceReader(
  source: LogSource,
  name: string,
  pieceBytes = PIECE_BYTES,
  chunkBytes = CHUNK_BYTES,
): PieceReader {
  const times = createTimes(source, name);
  let buffer = Buffer.alloc(0);
  let held = { from: 0, to: 0 };

  function bytes(from: number, to: number): Buffer {
    if (from < held.from || to > held.to) load(from, to);
    return buffer.subarray(from - held.from, Math.max(from, Math.min(to, held.to)) - held.from);
  }

  function load(from: number, to: number): void {
    if (buffer.length < to - from) buffer = Buffer.allocUnsafeSlow(Math.max(to - from, chunkBytes + pieceBytes));
    held = { from, to: from };
    while (held.to < to) {
      const part = source.read(name, held.to, to - held.to);
      if (part.length === 0) return;
      buffer.set(part, held.to - from);
      held.to += part.length;
    }
  }

  /** Multiples of the piece size, moved to the beginning of the character they are in. */
  function cutAt(multiple: number): number {
    const near = bytes(multiple - 3, multiple + 1);
    let back = 0;
    while (back < 3 && ((near[3 - back] ?? 0) & 0xc0) === 0x80) back += 1;
    return multiple - back;
  }

  /** Whether a line that goes on over the place is cut there; `lineFrom` is undefined when it begins far above. */
  function isCutAt(place: number, lineFrom: number | undefined, end: number): boolean {
    const multiple = Math.ceil(place / pieceBytes) * pieceBytes;
    return multiple < end && isLong(lineFrom, multiple) && cutAt(multiple) === place;
  }

  /** The first cut of a line is a whole piece below its beginning. */
  const isLong = (lineFrom: number | undefined, multiple: number): boolean =>
    lineFrom === undefined || multiple - pieceBytes >= lineFrom;

  /** What is held reaches a chunk back from `end`, or to the beginning: a walk backwards reads each byte once. */
  function reachBack(start: number, low: number, end: number): Buffer {
    if (low < held.from || end > held.to) load(Math.max(start, end - chunkBytes), end);
    return bytes(low, end);
  }

  /** And a chunk ahead of `from`, together with what is looked at above it. */
  function reachAhead(low: number, from: number, high: number, end: number): void {
    if (low < held.from || high > held.to) load(low, Math.min(end, from + chunkBytes));
  }

  function before(offset: number): Piece | undefined {
    const { start, end } = source.bounds(name);
    const to = Math.min(offset, end);
    if (to <= start) return undefined;
    const low = Math.max(start, to - 2 * pieceBytes);
    const near = reachBack(start, low, to);
    const isEnded = near[to - 1 - low] === NEWLINE;
    const newline = to - 2 < low ? -1 : near.lastIndexOf(NEWLINE, to - 2 - low);
    const lineFrom = newline >= 0 ? low + newline + 1 : low === start ? start : undefined;
    // A cut is told by the character after it.
    if (!isEnded) reachBack(start, low, Math.min(end, to + 4));
    const open = !isEnded && !isCutAt(to, lineFrom, end);
    const multiple = Math.floor((to - 1) / pieceBytes) * pieceBytes;
    return lineFrom === undefined || isLong(lineFrom, multiple)
      ? piece(cutAt(multiple), to, true, open)
      : piece(lineFrom, to, false, open);
  }

  function after(offset: number): Piece | undefined {
    const { start, end } = source.bounds(name);
    const from = Math.max(offset, start);
    if (from >= end) return undefined;
    const continues = from > start && bytes(from - 1, from)[0] !== NEWLINE;
    const multiple = continues
      ? (Math.ceil(from / pieceBytes) + 1) * pieceBytes
      : Math.ceil((from + pieceBytes) / pieceBytes) * pieceBytes;
    const high = Math.min(end, multiple + 1);
    const low = continues ? Math.max(start, multiple - 2 * pieceBytes) : from;
    reachAhead(low, from, high, end);
    const isInside = continues && !isCutAt(from, lineFromIn(start, low, from), end);
    const newline = bytes(from, high).indexOf(NEWLINE);
    if (newline >= 0 && from + newline < multiple) return piece(from, from + newline + 1, continues, isInside);
    if (multiple >= end) return piece(from, end, continues, true);
    return piece(from, cutAt(multiple), continues, isInside);
  }

  /** Where the line begins that goes on at `to`; undefined when that is above `low`. */
  function lineFromIn(start: number, low: number, to: number): number | undefined {
    const newline = bytes(low, to).lastIndexOf(NEWLINE);
    return newline >= 0 ? low + newline + 1 : low === start ? start : undefined;
  }

  function piece(from: number, to: number, continues: boolean, open: boolean): Piece {
    const all = bytes(from, to);
    let length = all.length;
    if (all[length - 1] === NEWLINE) length -= 1;
    if (length > 0 && all[length - 1] === 13) length -= 1;
    return { name, from, to, time: times.at(from), text: all.toString('utf8', 0, length), continues, open };
  }

  return { name, before, after, timeAt: (offset) => times.at(offset), bytes };
}
