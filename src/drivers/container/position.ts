import type Docker from 'dockerode';
import { createDemux, sinceOf } from './demux.ts';

/**
 * A place in the log of a container: `count` messages from the first one on that has at least this `time`. Counted and
 * not only timed, since the parts of a long line have one time, and two streams may be written out of order; the engine
 * gives its log in the same order every time it is asked.
 */
export interface Position {
  /** Empty for the very beginning. */
  readonly time: string;
  readonly count: number;
  /** The latest time of all that is before it. */
  readonly latest: string;
}

export const BEGINNING: Position = { time: '', count: 0, latest: '' };

/** What is in the log by now comes before it, what is printed later after it. */
export async function endOfLog(container: Docker.Container): Promise<Position> {
  const query = { follow: false as const, stdout: true, stderr: true, timestamps: true };
  let time = '';
  createDemux((message) => (time = message.time))(await container.logs({ ...query, tail: 1 }));
  if (time === '') return BEGINNING;
  let count = 0;
  let latest = time;
  createDemux((message) => {
    count++;
    if (message.time > latest) latest = message.time;
  })(await container.logs({ ...query, ...queryFrom(time) }));
  return { time, count, latest };
}

/** The engine gives everything from that time on, the time itself included. */
export function queryFrom(time: string): { readonly since?: string } {
  return time === '' ? {} : { since: sinceOf(time) };
}

/** How much is asked for again, and left out, after a connection broke: more than streams can be out of order. */
const MARK_EVERY_MS = 1000;

/** Follows a position through a log. */
export class PositionMarker {
  /** The newest is where the next one begins to count. */
  #marks: { readonly time: string; count: number }[];
  #latest: string;

  constructor(start: Position) {
    this.#marks = [{ time: start.time, count: start.count }];
    this.#latest = start.latest;
  }

  /** A second or two behind, with what has been seen since. */
  get position(): Position {
    return { ...(this.#marks[0] ?? BEGINNING), latest: this.#latest };
  }

  /** Messages without a time are not counted: nothing of them could be asked for again. */
  pass(time: string): void {
    // Nothing before a mark is as late as it, so that its own message is the first one with that time.
    if (time > this.#latest) {
      const newest = this.#marks.at(-1)?.time ?? '';
      if (isSecondLater(time, newest)) this.#marks = [...this.#marks.slice(-1), { time, count: 0 }];
      this.#latest = time;
    }
    for (const mark of this.#marks) if (time >= mark.time) mark.count++;
  }
}

/** Millions of lines come by: the times are only parsed where their seconds differ. */
function isSecondLater(time: string, before: string): boolean {
  if (before === '') return true;
  return time.slice(0, 19) !== before.slice(0, 19) && Date.parse(time) - Date.parse(before) >= MARK_EVERY_MS;
}

/**
 * Tells which messages of an answer to `queryFrom(position.time)` come after the position. A message from before that
 * time belongs, in the answers of newer engines, to where it stands. Where the engine has thrown part of the log away,
 * a message later than all before the position ends the counting.
 */
export function createSkip({ time, count, latest }: Position): (message: { readonly time: string }) => boolean {
  let left = count;
  return (message) => {
    if (message.time > latest) left = 0;
    if (left === 0) return true;
    if (message.time >= time) left--;
    return false;
  };
}
