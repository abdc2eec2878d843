import vm from 'node:vm';
import { createHistory, createReaders } from '../../logs/history/history.ts';
import type { Piece } from '../../logs/history/piece.ts';
import type { Direction, Position } from '../../logs/history/walk.ts';
import { FailureError } from '../../core/failure.ts';
import type { LogSource } from '../../logs/source.ts';
import { printable } from '../../output/controls.ts';
import { clipped } from './bounded.ts';

/** A pattern of others. */
export interface Matches {
  readonly pattern: string;
  readonly test: (text: string) => boolean;
}

/** Some logs from a place of their own on, of which a page is read. */
export interface Place {
  readonly names: readonly string[];
  /** Nothing before these offsets is shown. */
  readonly from: Position;
  /** Lines that are shown; undefined for all. */
  readonly matches?: Matches;
  readonly maxBytes: number;
}

interface Turn {
  readonly place: Place;
  readonly position: Position;
  readonly direction: Direction;
}

export interface Page {
  readonly lines: readonly string[];
  /** Leads to what is above the page; undefined when there is nothing. */
  readonly older?: string;
  /** Leads to what came since. */
  readonly newer?: string;
  /** Time was up before the page was full. */
  readonly isPaused: boolean;
}

export interface LogPages {
  /** The newest lines. Throws `usage` for a pattern that takes too long. */
  last(source: LogSource, place: Place): Page;
  /** The page a cursor stands for; undefined for one that is not known any more. Throws as `last` does. */
  turn(source: LogSource, cursor: string): { readonly page: Page; readonly names: readonly string[] } | undefined;
}

/** Cursors that are remembered; older ones are forgotten. */
const KEPT = 200;
/** How long one answer may look for lines that match. */
const PATIENCE_MS = 2_000;
/** A pattern that takes longer than this for one answer is of the kind that never ends. */
const LIMIT_MS = 2 * PATIENCE_MS;
const TIMED_OUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
const LONGEST_LINE = 1_000;

/** Where each log is at a moment (ms since the epoch, by log): the first line that did not arrive before it. */
export function offsetsAt(
  source: LogSource,
  names: readonly string[],
  since: (name: string) => number | undefined,
): Position {
  const readers = createReaders(source);
  return names.map((name) => {
    const time = since(name);
    const [start = 0] = time === undefined ? [0] : createHistory(source, readers, [name]).at(time);
    return start;
  });
}

export function createLogPages(): LogPages {
  const turns = new Map<string, Turn>();
  let count = 0;

  function cursorFor(turn: Turn): string {
    const cursor = `p${++count}`;
    turns.set(cursor, turn);
    const [oldest] = turns.keys();
    if (turns.size > KEPT && oldest !== undefined) turns.delete(oldest);
    return cursor;
  }

  function read(source: LogSource, turn: Turn): Page {
    const { matches } = turn.place;
    if (!matches) return look(source, turn);
    const page = inTime(() => look(source, turn));
    if (page) return page;
    const message = `The pattern ${matches.pattern} takes too long. Make it simpler.`;
    throw new FailureError({ code: 'usage', message });
  }

  function look(source: LogSource, { place, position: begin, direction }: Turn): Page {
    const { matches } = place;
    const windowed = startingAt(source, place);
    const history = createHistory(
      windowed,
      createReaders(windowed),
      place.names,
      matches && (() => ({ line: matches.test })),
    );
    const until = performance.now() + PATIENCE_MS;
    const lines: string[] = [];
    let bytes = 0;
    let position = begin;
    let end: 'full' | 'end' | 'paused' | undefined;
    while (end === undefined) {
      const walked = history.next(position, direction, () => performance.now() > until);
      if (walked.kind !== 'step') {
        end = walked.kind;
        break;
      }
      const line = lineOf(walked.piece, place.names.length > 1);
      bytes += Buffer.byteLength(line) + 1;
      if (bytes > place.maxBytes && lines.length > 0) end = 'full';
      else {
        lines.push(line);
        position = walked.position;
      }
    }
    const goesOn = end !== 'end';
    if (direction === 'after')
      return { lines, isPaused: end === 'paused', newer: cursorFor({ place, position, direction }) };
    return {
      lines: lines.toReversed(),
      isPaused: end === 'paused',
      ...(goesOn && { older: cursorFor({ place, position, direction }) }),
      newer: cursorFor({ place, position: begin, direction: 'after' }),
    };
  }

  return {
    last(source, place) {
      const position = place.names.map((name) => source.bounds(name).end);
      return read(source, { place, position, direction: 'before' });
    },
    turn(source, cursor) {
      const turn = turns.get(cursor);
      return turn && { page: read(source, turn), names: turn.place.names };
    },
  };
}

/** Runs what tries patterns of others on lines; undefined when it had to be ended. */
function inTime<T>(run: () => T): T | undefined {
  let result: T | undefined;
  const kept = (): void => void (result = run());
  try {
    new vm.Script('kept()').runInContext(vm.createContext({ kept }), { timeout: LIMIT_MS });
    return result;
  } catch (error) {
    // It comes from the other context, so it is no Error of this one.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === TIMED_OUT) return undefined;
    throw error;
  }
}

/** The logs as if they began at the place. */
function startingAt(source: LogSource, { names, from }: Place): LogSource {
  return {
    ...source,
    bounds(name) {
      const bounds = source.bounds(name);
      const start = from[names.indexOf(name)] ?? 0;
      return { ...bounds, start: Math.min(bounds.end, Math.max(bounds.start, start)) };
    },
  };
}

/** `12:01:02.123 api | listening`, in UTC. */
function lineOf({ name, time, text }: Piece, isNamed: boolean): string {
  const clock = new Date(time).toISOString().slice(11, 23);
  return `${clock} ${isNamed ? `${name} | ` : ''}${clipped(printable(text, false), LONGEST_LINE)}`;
}
