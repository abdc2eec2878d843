import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Marks } from './source.ts';

/** A log on disk: `<offset of its first byte>.log` files in a folder, each with an index of arrival times beside it. */
export interface Segment {
  readonly from: number;
  readonly file: string;
  bytes: number;
}

/** One index record: offset and arrival (ms since the epoch), both 64-bit floats. */
const RECORD_BYTES = 16;
const PENDING_RECORDS = 64;
/** For a larger write the kernel looks for larger free blocks, which may take it several times as long as the copying. */
const PIECE_BYTES = 48 * 1024;
const NOTHING = new Uint8Array(0);

export const segmentFile = (folder: string, from: number): string =>
  path.join(folder, `${String(from).padStart(16, '0')}.log`);

export function listSegments(folder: string): Segment[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // no folder: nothing was logged yet
  }
  return names
    .filter((name) => /^\d{16}\.log$/.test(name))
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      return { from: Number(name.slice(0, 16)), file, bytes: statSync(file).size };
    });
}

/** Appends to the segments of one log. A write that fails (disk full) throws; the caller goes on without it. */
export class SpoolWriter {
  readonly folder: string;
  readonly segments: Segment[];
  readonly #segmentBytes: number;
  #fd: number | undefined;
  #indexFd: number | undefined;
  /** Made for the first mark: most of hundreds of services write little. */
  #pending: Buffer | undefined;
  #pendingCount = 0;

  constructor(folder: string, segmentBytes: number) {
    this.folder = folder;
    this.#segmentBytes = segmentBytes;
    this.segments = listSegments(folder);
  }

  /** Offset after the last byte on disk. */
  get end(): number {
    const last = this.segments.at(-1);
    return last ? last.from + last.bytes : 0;
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const segment = this.#current();
      const written = writeSync(this.#fd ?? -1, bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
      segment.bytes += written;
      at += written;
    }
  }

  /** Notes that the bytes from `offset` on arrived at `time`. */
  mark(offset: number, time: number): void {
    this.#pending ??= Buffer.alloc(RECORD_BYTES * PENDING_RECORDS);
    this.#pending.writeDoubleLE(offset, this.#pendingCount * RECORD_BYTES);
    this.#pending.writeDoubleLE(time, this.#pendingCount * RECORD_BYTES + 8);
    this.#pendingCount += 1;
    if (this.#pendingCount === PENDING_RECORDS) this.flushMarks();
  }

  flushMarks(): void {
    if (this.#pendingCount === 0 || !this.#pending) return;
    const count = this.#pendingCount;
    this.#pendingCount = 0;
    this.#current();
    writeSync(this.#indexFd ?? -1, this.#pending, 0, count * RECORD_BYTES);
  }

  /** Removes the oldest segment; returns how many bytes went. The one being written stays. */
  dropOldest(): number {
    const oldest = this.segments.length > 1 ? this.segments.shift() : undefined;
    if (!oldest) return 0;
    removeSegment(oldest.file);
    return oldest.bytes;
  }

  close(): void {
    try {
      this.flushMarks();
    } finally {
      this.#closeFiles();
    }
  }

  #current(): Segment {
    const last = this.segments.at(-1);
    if (last && this.#fd !== undefined && last.bytes < this.#segmentBytes) return last;
    const reuse = this.#fd === undefined && last !== undefined && last.bytes < this.#segmentBytes;
    this.#closeFiles();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const from = this.end;
    const segment = reuse ? last : { from, file: segmentFile(this.folder, from), bytes: 0 };
    const fd = openSync(segment.file, 'a', 0o600);
    this.#fd = fd;
    this.#indexFd = openSync(indexOf(segment.file), 'a', 0o600);
    segment.bytes = fstatSync(fd).size;
    if (!reuse) this.segments.push(segment);
    return segment;
  }

  #closeFiles(): void {
    for (const fd of [this.#fd, this.#indexFd]) if (fd !== undefined) closeSync(fd);
    this.#fd = undefined;
    this.#indexFd = undefined;
  }
}

const indexOf = (file: string): string => file.replace(/\.log$/, '.idx');

function removeSegment(file: string): void {
  for (const name of [file, indexOf(file)]) {
    try {
      unlinkSync(name);
    } catch {
      // removed by hand already: it is gone either way
    }
  }
}

/** Bytes of a log on disk from `offset`, at most `limit`, never across two segments; empty when there are none. */
export type ReadSpool = (segments: readonly Segment[], offset: number, limit: number) => Uint8Array;

/** What it gives is valid until the next read: a backlog is gone through without a buffer for each piece. */
export function createSpoolReader(): ReadSpool {
  let buffer = Buffer.alloc(0);
  return (segments, offset, limit) => {
    const segment = segments.findLast(({ from, bytes }) => from <= offset && offset < from + bytes);
    if (!segment) return NOTHING;
    const length = Math.min(limit, segment.from + segment.bytes - offset);
    if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
    try {
      const fd = openSync(segment.file, 'r');
      try {
        return buffer.subarray(0, readSync(fd, buffer, 0, length, offset - segment.from));
      } finally {
        closeSync(fd);
      }
    } catch {
      return NOTHING; // dropped between the look and the read
    }
  };
}

/** The arrival marks of one segment, oldest first. */
function readMarks(segment: Segment): readonly { readonly offset: number; readonly time: number }[] {
  let bytes: Buffer;
  try {
    const file = indexOf(segment.file);
    bytes = Buffer.allocUnsafe(statSync(file).size);
    const fd = openSync(file, 'r');
    try {
      readSync(fd, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return []; // no index: the lines have no times
  }
  return Array.from({ length: Math.floor(bytes.length / RECORD_BYTES) }, (_, at) => ({
    offset: bytes.readDoubleLE(at * RECORD_BYTES),
    time: bytes.readDoubleLE(at * RECORD_BYTES + 8),
  }));
}

/** The marks of the segment `from` is in. */
export function marksFrom(segments: readonly Segment[], from: number): Marks {
  const segment = segments.find((one) => one.from + one.bytes > from);
  return segment ? { marks: readMarks(segment), until: segment.from + segment.bytes } : { marks: [], until: Infinity };
}
