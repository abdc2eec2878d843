import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createMasker, type Masker } from './mask.ts';
import { Ring } from './ring.ts';
import type { LogSource, Mark, Stored } from './source.ts';
import { createSpoolReader, marksFrom, SpoolWriter } from './spool.ts';

export interface LogHub extends LogSource {
  readonly masker: Masker;
  appends(): number;
  /** What a reader in another process needs: what is on disk and how far, and the newest marks. */
  stored(name: string): Stored;
  /** Puts on disk what is not there yet, if it takes any. */
  flush(): void;
  /** A way in for one run: masks, never blocks, never fails. */
  writer(name: string): LogWriter;
  /** Calls back after something was appended, at most once per turn of the event loop. */
  onAppend(listener: () => void): () => void;
  /** Brings everything to disk, for who reads it there. */
  flushWithTimes(): void;
  close(): void;
}

export interface LogWriter {
  write(chunk: Uint8Array): void;
  /** The run is over: what was held back comes out, an open line is closed. */
  end(): void;
}

export interface HubOptions {
  /** Folder of the spool. */
  readonly folder: string;
  /** For all logs together; 0 for no limit. */
  readonly maxBytes: number;
  readonly ringBytes?: number;
  readonly now?: () => number;
  /** Told once when the disk cannot be written to. */
  readonly onProblem: (text: string) => void;
}

const RING_BYTES = 1024 * 1024;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const RECENT_MARKS = 256;
/** The disk gets large pieces (the kernel's price is by the call), and the rest once this time has passed. */
const FLUSH_SHARE = 0.5;
const FLUSH_MS = 100;
const NEWLINE = Buffer.from('\n');

interface Log {
  readonly ring: Ring;
  readonly spool: SpoolWriter;
  /** Everything before this offset is on disk. */
  flushed: number;
  marks: Mark[];
  dirty: boolean;
}

export function createLogHub(options: HubOptions): LogHub {
  const now = options.now ?? Date.now;
  const ringBytes = options.ringBytes ?? RING_BYTES;
  const segmentBytes =
    options.maxBytes === 0
      ? SEGMENT_BYTES
      : Math.min(SEGMENT_BYTES, Math.max(16_384, Math.floor(options.maxBytes / 16)));
  const masker = createMasker();
  const readSpool = createSpoolReader();
  const logs = new Map<string, Log>();
  const listeners = new Set<() => void>();
  let dirty: Log[] = [];
  let scheduled = false;
  let flushTimer: NodeJS.Timeout | undefined;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let onDisk = true;
  let stored = 0;
  let appends = 0;

  for (const name of storedNames(options.folder)) open(name);

  function open(name: string): Log {
    const known = logs.get(name);
    if (known) return known;
    const spool = new SpoolWriter(path.join(options.folder, name), segmentBytes);
    stored += spool.segments.reduce((sum, { bytes }) => sum + bytes, 0);
    const log: Log = { ring: new Ring(ringBytes, spool.end), spool, flushed: spool.end, marks: [], dirty: false };
    logs.set(name, log);
    return log;
  }

  function append(log: Log, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    appends += 1;
    const time = now();
    const last = log.marks.at(-1);
    if (!last || last.time !== time) mark(log, { offset: log.ring.end, time });
    for (let at = 0; at < bytes.length; at += ringBytes) {
      const part = bytes.length > ringBytes ? bytes.subarray(at, at + ringBytes) : bytes;
      if (log.ring.end + part.length - log.flushed > ringBytes) flush(log);
      log.ring.push(part);
    }
    if (log.dirty) return;
    log.dirty = true;
    dirty.push(log);
    if (scheduled) return;
    scheduled = true;
    setImmediate(publish);
  }

  function mark(log: Log, at: Mark): void {
    log.marks.push(at);
    if (log.marks.length > 2 * RECENT_MARKS) log.marks = log.marks.slice(-RECENT_MARKS);
    if (onDisk) toDisk(() => log.spool.mark(at.offset, at.time));
  }

  function publish(): void {
    scheduled = false;
    const changed = dirty;
    let isBehind = false;
    dirty = [];
    for (const log of changed) {
      log.dirty = false;
      if (log.ring.end - log.flushed >= ringBytes * FLUSH_SHARE) flush(log);
      else isBehind ||= onDisk && log.flushed < log.ring.end;
    }
    if (isBehind) flushSoon();
    for (const listener of listeners) listener();
  }

  /** At once after a silence, so that what is rare is never late. */
  function flushSoon(): void {
    const sinceMs = performance.now() - flushedAt;
    if (sinceMs >= FLUSH_MS) flushAll();
    else flushTimer ??= setTimeout(flushAll, FLUSH_MS - sinceMs);
  }

  function flushAll(): void {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    flushedAt = performance.now();
    for (const log of logs.values()) if (log.flushed < log.ring.end) flush(log);
  }

  function flush(log: Log): void {
    if (!onDisk) return;
    toDisk(() => {
      while (log.flushed < log.ring.end) {
        const bytes = log.ring.slice(log.flushed, ringBytes);
        log.spool.append(bytes);
        log.flushed += bytes.length;
        stored += bytes.length;
      }
      if (options.maxBytes > 0 && stored > options.maxBytes) dropOldest();
    });
  }

  /** The budget is one for all: the log with most on disk gives up its oldest segment. */
  function dropOldest(): void {
    while (stored > options.maxBytes) {
      let largest: Log | undefined;
      for (const log of logs.values())
        if (log.spool.segments.length > (largest?.spool.segments.length ?? 1)) largest = log;
      const freed = largest?.spool.dropOldest() ?? 0;
      if (freed === 0) return;
      stored -= freed;
    }
  }

  function flushWithTimes(): void {
    flushAll();
    for (const log of logs.values()) if (onDisk) toDisk(() => log.spool.flushMarks());
  }

  function toDisk(write: () => void): void {
    try {
      write();
    } catch (error) {
      onDisk = false;
      options.onProblem(
        `logs are kept in memory only from now on (${Math.round(ringBytes / 1024)} KiB per resource): ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  return {
    masker,
    names: () => [...logs.keys()],
    appends: () => appends,
    flush: flushAll,
    stored(name) {
      const log = logs.get(name);
      return { stored: log?.flushed ?? 0, segments: log?.spool.segments ?? [], marks: log?.marks ?? [] };
    },
    bounds(name) {
      const log = logs.get(name);
      if (!log) return { start: 0, end: 0, dropped: 0 };
      const start = log.spool.segments[0]?.from ?? log.ring.start;
      const kept = log.flushed < log.ring.start ? log.ring.start : Math.min(start, log.ring.start);
      return { start: kept, end: log.ring.end, dropped: kept };
    },
    read(name, from, limit) {
      const log = logs.get(name);
      if (!log || from >= log.ring.end) return Buffer.alloc(0);
      return from >= log.ring.start ? log.ring.slice(from, limit) : readSpool(log.spool.segments, from, limit);
    },
    marks(name, from) {
      const log = logs.get(name);
      if (!log) return { marks: [], until: Infinity };
      const first = log.marks[0];
      if (first && first.offset <= from) return { marks: log.marks, until: log.ring.end };
      if (onDisk) toDisk(() => log.spool.flushMarks());
      return marksFrom(log.spool.segments, from);
    },
    writer(name) {
      const log = open(name);
      const masked = masker.stream();
      return {
        write: (chunk) => append(log, masked.push(chunk)),
        end() {
          append(log, masked.end());
          const last = log.ring.end - 1;
          if (last >= log.ring.start && log.ring.slice(last, 1)[0] !== NEWLINE[0]) append(log, NEWLINE);
        },
      };
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flushWithTimes,
    close() {
      publish();
      flushAll();
      for (const log of logs.values()) toDisk(() => log.spool.close());
    },
  };
}

/** Names of the logs in a spool folder. */
export function storedNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // never ran
  }
}
