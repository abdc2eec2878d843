import type { LogSource } from '../source.ts';
import { createPieceReader, type PieceReader } from './piece.ts';
import { createFilter, createScanner, type Accepts } from './scanner.ts';
import { walk, type Direction, type Position, type Scanner, type Walked } from './walk.ts';

/** Some logs as one text that is read from any place in both directions; nothing of it is held but what was read last. */
export interface History {
  readonly names: readonly string[];
  start(): Position;
  end(): Position;
  /** Everything that arrived before `time` (ms since the epoch) is above it. */
  at(time: number): Position;
  /** The next line; `paused` when `isTimeUp` said so before one was found: asked again it goes on. */
  next(position: Position, direction: Direction, isTimeUp: () => boolean): Walked;
  /** The same lines, and of them those that are accepted as well. */
  where(accepts: AcceptsOf): History;
}

/** What is accepted of a log; undefined for all of it. */
export type AcceptsOf = (name: string) => Accepts | undefined;

/** Readers hold a buffer each: histories of the same source share them. */
export type Readers = (name: string) => PieceReader;

export function createReaders(source: LogSource): Readers {
  const readers = new Map<string, PieceReader>();
  return (name) => {
    const known = readers.get(name) ?? createPieceReader(source, name);
    readers.set(name, known);
    return known;
  };
}

export function createHistory(
  source: LogSource,
  readers: Readers,
  names: readonly string[],
  acceptsOf?: AcceptsOf,
): History {
  const scanners = names.map((name): Scanner => {
    const reader = readers(name);
    const accepts = acceptsOf?.(name);
    return accepts ? createFilter(reader, accepts) : createScanner(reader);
  });
  return {
    names,
    start: () => names.map((name) => source.bounds(name).start),
    end: () => names.map((name) => source.bounds(name).end),
    at: (time) => names.map((name) => offsetAt(source, readers(name), time)),
    next: (position, direction, isTimeUp) => walk(scanners, position, direction, isTimeUp),
    where: (more) => createHistory(source, readers, names, (name) => both(acceptsOf?.(name), more(name))),
  };
}

function both(one: Accepts | undefined, other: Accepts | undefined): Accepts | undefined {
  if (!one || !other) return one ?? other;
  return {
    line: (text) => one.line(text) && other.line(text),
    chunk: (text) => (one.chunk?.(text) ?? true) && (other.chunk?.(text) ?? true),
  };
}

/** Where the first line begins that did not arrive before `time`. */
function offsetAt(source: LogSource, reader: PieceReader, time: number): number {
  const { start, end } = source.bounds(reader.name);
  let low = start;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (reader.timeAt(middle) < time) low = middle + 1;
    else high = middle;
  }
  // A place within a line belongs to the line.
  const line = reader.after(low);
  if (!line || low === start) return low;
  const whole = reader.before(line.to);
  return whole && whole.from < low ? (whole.time < time ? line.to : whole.from) : low;
}
