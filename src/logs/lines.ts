import type { LogLine, LogQuery } from '../core/engine.ts';
import type { LogSource } from './source.ts';

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** Reads whole lines of one log forwards, remembering where it is. */
export interface LineReader {
  readonly name: string;
  /** The next lines, at most a chunk's worth; empty when there are none for now. */
  next(): readonly LogLine[];
}

/** Lines from `from` on. A last line without its end is kept back unless `closed`. */
export function createLineReader(source: LogSource, name: string, from: number, closed: boolean): LineReader {
  let offset = from;
  let open: Buffer[] = [];
  let openBytes = 0;
  let times = createTimes(source, name, from);
  const take = (bytes: Uint8Array): LogLine[] => {
    const lines: LogLine[] = [];
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      lines.push(line(bytes.subarray(at, end), end + 1 - at));
      at = end + 1;
    }
    if (at < bytes.length) {
      open.push(Buffer.from(bytes.subarray(at)));
      openBytes += bytes.length - at;
    }
    return lines;
  };
  const line = (last: Uint8Array, consumed: number): LogLine => {
    const whole =
      open.length === 0 ? Buffer.from(last.buffer, last.byteOffset, last.length) : Buffer.concat([...open, last]);
    const start = offset;
    offset += openBytes + consumed;
    open = [];
    openBytes = 0;
    const text = whole.toString();
    return {
      resource: name,
      offset: start,
      time: times.at(start),
      text: text.endsWith('\r') ? text.slice(0, -1) : text,
    };
  };
  return {
    name,
    next() {
      const bounds = source.bounds(name);
      if (offset < bounds.start) {
        offset = bounds.start;
        open = [];
        openBytes = 0;
        times = createTimes(source, name, offset);
      }
      for (;;) {
        const bytes = source.read(name, offset + openBytes, CHUNK_BYTES);
        if (bytes.length === 0) return closed && openBytes > 0 ? [line(Buffer.alloc(0), 0)] : [];
        const lines = take(bytes);
        if (lines.length > 0) return lines;
      }
    },
  };
}

/** Looks arrival times up for growing offsets. */
function createTimes(source: LogSource, name: string, from: number): { at(offset: number): number } {
  let current = source.marks(name, from);
  let index = 0;
  return {
    at(offset) {
      if (offset >= current.until) {
        current = source.marks(name, offset);
        index = 0;
      }
      const { marks } = current;
      while ((marks[index + 1]?.offset ?? Infinity) <= offset) index += 1;
      return marks[index]?.time ?? 0;
    },
  };
}

/** Where to begin reading for a query. */
export function startOffset(source: LogSource, name: string, query: Pick<LogQuery, 'tail' | 'since'>): number {
  const { start, end } = source.bounds(name);
  const { since, tail } = query;
  const bySince = since === undefined ? start : offsetSince(source, name, start, end, since);
  return tail === undefined ? bySince : Math.max(bySince, offsetOfLast(source, name, start, end, tail));
}

function offsetSince(source: LogSource, name: string, start: number, end: number, since: number): number {
  for (let from = start; from < end;) {
    const { marks, until } = source.marks(name, from);
    const mark = marks.find(({ time }) => time >= since);
    if (mark) return Math.max(start, mark.offset);
    if (until <= from) break;
    from = until;
  }
  return end;
}

/** Counts line ends backwards. */
function offsetOfLast(source: LogSource, name: string, start: number, end: number, count: number): number {
  if (count <= 0) return end;
  let left = count;
  for (let to = end; to > start;) {
    const from = Math.max(start, to - CHUNK_BYTES);
    const bytes = readAll(source, name, from, to);
    for (let at = bytes.length - 1; at >= 0; at--) {
      if (bytes[at] !== NEWLINE || from + at + 1 === end) continue;
      left -= 1;
      if (left === 0) return from + at + 1;
    }
    to = from;
  }
  return start;
}

function readAll(source: LogSource, name: string, from: number, to: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = from; at < to;) {
    const bytes = source.read(name, at, to - at);
    if (bytes.length === 0) break;
    parts.push(Buffer.from(bytes));
    at += bytes.length;
  }
  return Buffer.concat(parts);
}
