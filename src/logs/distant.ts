import path from 'node:path';
import type { LogTail } from '../core/viewing.ts';
import { Ring } from './ring.ts';
import type { LogSource, Mark } from './source.ts';
import { createSpoolReader, marksFrom, segmentFile, type Segment } from './spool.ts';

/** Logs that another process writes: their files are read here, and how far they are is told by it. */
export interface DistantLogs extends LogSource {
  appends(): number;
  onAppend(listener: () => void): () => void;
  take(tails: readonly LogTail[]): void;
}

const RING_BYTES = 1024 * 1024;
const KEPT_MARKS = 512;

interface Log {
  segments: Segment[];
  end: number;
  stored: number;
  /** What is not on disk; its end is the end of the log once it has anything. */
  ring?: Ring;
  marks: Mark[];
}

/** `folder`: of the spool. */
export function createDistantLogs(folder: string): DistantLogs {
  const logs = new Map<string, Log>();
  const listeners = new Set<() => void>();
  const readSpool = createSpoolReader();
  let appends = 0;

  function take(tail: LogTail): void {
    const { name, end, stored } = tail;
    const log: Log = logs.get(name) ?? { segments: [], end: 0, stored: 0, marks: [] };
    logs.set(name, log);
    log.end = end;
    log.stored = stored;
    const starts = tail.segments ?? log.segments.map(({ from }) => from);
    log.segments = starts.map((from, index) => ({
      from,
      file: segmentFile(path.join(folder, name), from),
      bytes: Math.max(0, (starts[index + 1] ?? stored) - from),
    }));
    log.marks = joined(log.marks, tail.marks);
    if (!tail.bytes) return;
    const { from, base64 } = tail.bytes;
    // What came in between is lost to whoever was not there: the disk did not take it.
    if (log.ring?.end !== from) log.ring = new Ring(RING_BYTES, from);
    log.ring.push(Buffer.from(base64, 'base64'));
  }

  return {
    names: () => [...logs.keys()],
    appends: () => appends,
    bounds(name) {
      const log = logs.get(name);
      if (!log) return { start: 0, end: 0, dropped: 0 };
      const { ring } = log;
      const first = log.segments[0]?.from ?? log.stored;
      const start = ring && ring.start > log.stored ? ring.start : first;
      return { start, end: log.end, dropped: start };
    },
    read(name, from, limit) {
      const log = logs.get(name);
      if (!log || from >= log.end) return Buffer.alloc(0);
      const { ring } = log;
      return ring && from >= ring.start ? ring.slice(from, limit) : readSpool(log.segments, from, limit);
    },
    marks(name, from) {
      const log = logs.get(name);
      if (!log) return { marks: [], until: Infinity };
      const first = log.marks[0];
      if (first && first.offset <= from) return { marks: log.marks, until: log.end };
      return marksFrom(log.segments, from);
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    take(tails) {
      appends += 1;
      for (const tail of tails) take(tail);
      for (const listener of listeners) listener();
    },
  };
}

/** They go on where the first is the last one known; else some are missing, and those before are on disk. */
function joined(known: readonly Mark[], told: readonly number[]): Mark[] {
  const fresh = Array.from({ length: told.length / 2 }, (_, at) => ({
    offset: told[2 * at] ?? 0,
    time: told[2 * at + 1] ?? 0,
  }));
  const first = fresh[0];
  if (!first) return [...known];
  const goesOn = known.at(-1)?.offset === first.offset;
  return (goesOn ? [...known, ...fresh.slice(1)] : fresh).slice(-KEPT_MARKS);
}
