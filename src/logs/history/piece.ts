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
  /** Its line has no end yet. */
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

  /** What is held reaches a chunk back from `end`, or to the beginning: a walk backwards reads each byte once. */
  function reachBack(start: number, low: number, end: number): Buffer {
    if (low < held.from || end > held.to) load(Math.max(start, end - chunkBytes), end);
    return bytes(low, end);
  }

  function reachAhead(from: number, high: number, end: number): Buffer {
    if (from < held.from || high > held.to) load(from, Math.min(end, from + chunkBytes));
    return bytes(from, high);
  }

  function before(offset: number): Piece | undefined {
    const { start, end } = source.bounds(name);
    const to = Math.min(offset, end);
    if (to <= start) return undefined;
    const low = Math.max(start, to - 2 * pieceBytes);
    const near = reachBack(start, low, to);
    const newline = to - 2 < low ? -1 : near.lastIndexOf(NEWLINE, to - 2 - low);
    const lineFrom = newline >= 0 ? low + newline + 1 : low === start ? start : undefined;
    const multiple = Math.floor((to - 1) / pieceBytes) * pieceBytes;
    const isCut = lineFrom === undefined || multiple - pieceBytes >= lineFrom;
    return isCut ? piece(cutAt(multiple), to, true) : piece(lineFrom, to, false);
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
    const near = reachAhead(from, high, end);
    const newline = near.indexOf(NEWLINE);
    if (newline >= 0 && from + newline < multiple) return piece(from, from + newline + 1, continues);
    return piece(from, multiple < end ? cutAt(multiple) : end, continues);
  }

  function piece(from: number, to: number, continues: boolean): Piece {
    const all = bytes(from, to);
    let length = all.length;
    const open = all[length - 1] !== NEWLINE;
    if (!open) length -= 1;
    if (length > 0 && all[length - 1] === 13) length -= 1;
    return { name, from, to, time: times.at(from), text: all.toString('utf8', 0, length), continues, open };
  }

  return { name, before, after, timeAt: (offset) => times.at(offset), bytes };
}
