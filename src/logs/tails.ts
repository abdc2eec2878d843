import type { LogTail } from '../core/viewing.ts';
import type { LogHub } from './hub.ts';
import type { Mark } from './source.ts';

/** Between two looks: what a person sees is drawn no oftener. */
const FRAME_MS = 1000 / 30;
/** Of a log that cannot be written to disk this much of the newest is handed on at once. */
const MOST_BYTES = 256 * 1024;

/** What was said of a log last. */
interface Said {
  end: number;
  stored: number;
  segments: string;
  mark: number;
}

/**
 * Tells how far all logs are, and then of those that went on. What came is on disk before it is told, so that bytes are
 * handed on only where the disk takes none. Nothing is held for a reader that is behind: the next look has the newest.
 */
export async function* followTails(
  hub: LogHub,
  signal: AbortSignal,
): AsyncGenerator<readonly LogTail[], void, undefined> {
  const said = new Map<string, Said>();
  // Once more at the end: it may have come with much.
  for (let isLast = false; !isLast;) {
    isLast = signal.aborted;
    const appends = hub.appends();
    hub.flush();
    const tails = hub.names().flatMap((name) => tailOf(hub, name, said) ?? []);
    if (tails.length > 0 || said.size === 0) yield tails;
    if (hub.appends() === appends) await appended(hub, signal);
    await pause(signal);
  }
}

function tailOf(hub: LogHub, name: string, said: Map<string, Said>): LogTail | undefined {
  const { start, end } = hub.bounds(name);
  const { stored, segments, marks } = hub.stored(name);
  const before = said.get(name);
  const starts = segments.map(({ from }) => from);
  // Of one that is quiet the oldest may go, to make room for another.
  if (before?.end === end && before.stored === stored && before.segments === starts.join()) return undefined;
  const from = Math.max(start, stored, before?.end ?? 0, end - MOST_BYTES);
  const bytes = from < end ? readAll(hub, name, from, end) : undefined;
  const fresh = marksSince(marks, before?.mark);
  const now: Said = { end, stored, segments: starts.join(), mark: marks.at(-1)?.offset ?? 0 };
  said.set(name, now);
  return {
    name,
    end,
    stored,
    ...(before?.segments !== now.segments && { segments: starts }),
    marks: fresh.flatMap(({ offset, time }) => [offset, time]),
    ...(bytes && { bytes: { from, base64: bytes.toString('base64') } }),
  };
}

/** From the last one on that was told; all there are when that is none of them any more. */
function marksSince(marks: readonly Mark[], last: number | undefined): readonly Mark[] {
  const at = last === undefined ? -1 : marks.findLastIndex(({ offset }) => offset === last);
  return at < 0 ? marks : marks.slice(at);
}

function readAll(hub: LogHub, name: string, from: number, to: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = from; at < to;) {
    const bytes = hub.read(name, at, to - at);
    if (bytes.length === 0) break;
    parts.push(Buffer.from(bytes));
    at += bytes.length;
  }
  return Buffer.concat(parts);
}

function appended(hub: LogHub, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      off();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const off = hub.onAppend(done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, FRAME_MS);
    signal.addEventListener('abort', done);
  });
}
