import { createGaps } from './gaps.ts';
import { CHUNK_BYTES, type Piece, type PieceReader } from './piece.ts';
import { createRecent } from './recent.ts';
import type { Ahead, Direction, Scanner } from './walk.ts';

/** Which lines of a log are wanted. */
export interface Accepts {
  line(text: string): boolean;
  /** False only when no line of the text can be accepted: many are passed over at once. */
  chunk?(text: string): boolean;
}

/** What is remembered: a screen is built anew for every frame, mostly of the same lines. */
const KEPT_PIECES = 256;
const NEWLINE = 10;

/** All lines of a log, in both directions. */
export function createScanner(reader: PieceReader): Scanner {
  const known = createMemory();
  return {
    reader,
    ahead(offset, direction) {
      const found = known.get(offset, direction);
      if (found) return found;
      const piece = reader[direction](offset);
      if (!piece) return NONE;
      const next: Found = { kind: 'piece', piece };
      // It may look different the next time.
      if (!piece.open) known.set(offset, direction, next);
      return next;
    },
    look: () => undefined,
  };
}

/** Only the lines that are accepted; looks for them a chunk at a time and never twice at the same. */
export function createFilter(reader: PieceReader, accepts: Accepts, chunkBytes = CHUNK_BYTES): Scanner {
  const known = createMemory();
  const gaps = createGaps();

  /** What is open is looked at each time, and nothing is remembered of it: only the first and the last can be. */
  function ahead(offset: number, direction: Direction): Ahead {
    for (let place = gaps.past(offset, direction); ;) {
      const found = known.get(place, direction);
      if (found) return found;
      const next = reader[direction](place);
      if (!next) return NONE;
      if (!next.open) return { kind: 'unknown', time: next.time };
      if (accepts.line(next.text)) return { kind: 'piece', piece: next };
      place = gaps.past(farEnd(next, direction), direction);
    }
  }

  function look(offset: number, direction: Direction): void {
    let place = gaps.past(offset, direction);
    for (let first = reader[direction](place); first?.open; first = reader[direction](place))
      place = gaps.past(farEnd(first, direction), direction);
    const passed = passOver(place, direction) ?? passPieces(place, direction);
    gaps.add(Math.min(place, passed), Math.max(place, passed));
  }

  /** Where the first piece is that is accepted, or a chunk further; never the place itself unless it is there. */
  function passPieces(place: number, direction: Direction): number {
    for (let at = place; ;) {
      const piece = reader[direction](at);
      if (!piece || piece.open) return at;
      if (accepts.line(piece.text)) {
        known.set(at, direction, { kind: 'piece', piece });
        return at;
      }
      at = farEnd(piece, direction);
      if (Math.abs(at - place) >= chunkBytes) return at;
    }
  }

  /** Where whole lines end of which none is accepted; undefined when they have to be looked at. */
  function passOver(place: number, direction: Direction): number | undefined {
    if (!accepts.chunk) return undefined;
    const before = direction === 'before';
    const low = before ? Math.max(0, place - chunkBytes) : place;
    const bytes = reader.bytes(low, before ? place : place + chunkBytes);
    const edge = before ? bytes.indexOf(NEWLINE) : bytes.lastIndexOf(NEWLINE);
    if (edge < 0 || (before && edge === bytes.length - 1)) return undefined;
    const text = before ? bytes.toString('utf8', edge + 1) : bytes.toString('utf8', 0, edge + 1);
    return accepts.chunk(text) ? undefined : low + edge + 1;
  }

  return { reader, ahead, look };
}

const farEnd = ({ from, to }: Piece, direction: Direction): number => (direction === 'before' ? from : to);

interface Memory {
  get(offset: number, direction: Direction): Found | undefined;
  set(offset: number, direction: Direction, found: Found): void;
}

type Found = Extract<Ahead, { kind: 'piece' }>;

const NONE: Ahead = { kind: 'none' };

function createMemory(): Memory {
  const known = { before: createRecent<number, Found>(KEPT_PIECES), after: createRecent<number, Found>(KEPT_PIECES) };
  return {
    get: (offset, direction) => known[direction].get(offset),
    set: (offset, direction, found) => known[direction].set(offset, found),
  };
}
