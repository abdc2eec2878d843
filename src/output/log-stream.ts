import { loadPrefixLines, LONGEST_INPUT_BYTES, type PrefixLines } from './prefix-lines.ts';
import type { ByteSink } from './stream.ts';

/** What the stream reads: the hub's way to its bytes. */
export interface LogBytes {
  names(): readonly string[];
  bounds(name: string): { readonly start: number; readonly end: number };
  read(name: string, from: number, limit: number): Uint8Array;
}

export interface LogStreamOptions {
  readonly source: LogBytes;
  readonly sink: ByteSink;
  /** Latin-1. */
  readonly prefixOf: (name: string) => string;
  readonly accepts: (name: string) => boolean;
}

export interface LogStream {
  /** Writes what has come since; called after every append. */
  pump(): void;
  /** What has come, last lines without an end included. */
  drain(): Promise<void>;
}

const NEWLINE = 10;
const RETURN = 13;
const CHUNK_BYTES = 96 * 1024;
const LARGE_BYTES = 4 * 1024;
/** A line longer than this is written in pieces, with the others held back meanwhile. */
const LONG_LINE_BYTES = 1024 * 1024;

interface Reader {
  readonly name: string;
  readonly prefix: string;
  readonly prefixBytes: Uint8Array;
  /** In place of a line end inside a chunk. */
  readonly between: string;
  offset: number;
  /** Inside a line too long to be held. */
  midLine: boolean;
}

/**
 * Prefixes logs a chunk at a time: only whole lines leave, so that services never tear each other's lines. A reader of
 * ours that stalls costs nothing: the bytes wait in the ring and then on disk.
 */
export function createLogStream({ source, sink, prefixOf, accepts }: LogStreamOptions): LogStream {
  const readers = new Map<string, Reader>();
  let owner: Reader | undefined;
  let waiting = false;
  let prefixLines: PrefixLines | 'missing' | undefined;
  for (const name of source.names()) reader(name, source.bounds(name).end);

  function reader(name: string, from: number): Reader {
    const prefix = prefixOf(name);
    const made: Reader = {
      name,
      prefix,
      prefixBytes: Buffer.from(prefix, 'latin1'),
      between: `\n${prefix}`,
      offset: from,
      midLine: false,
    };
    readers.set(name, made);
    return made;
  }

  function pump(): void {
    if (waiting) return;
    if (readers.size !== source.names().length) {
      for (const name of source.names()) if (!readers.has(name)) reader(name, source.bounds(name).start);
    }
    for (let moved = true; moved;) {
      moved = false;
      for (const one of owner ? [owner] : readers.values()) {
        if (owner && owner !== one) continue;
        if (!accepts(one.name)) {
          one.offset = source.bounds(one.name).end;
          continue;
        }
        if (!sink.isReady()) return later();
        if (advance(one, false)) moved = true;
      }
    }
  }

  function later(): void {
    if (sink.isClosed()) return;
    waiting = true;
    sink.onReady(() => {
      waiting = false;
      pump();
    });
  }

  /** Writes the next piece of one log; false when there is nothing to write yet. */
  function advance(one: Reader, atEnd: boolean): boolean {
    const { start, end } = source.bounds(one.name);
    if (one.offset >= end) return false;
    if (one.offset < start) {
      sink.push(`${one.prefix}... ${start - one.offset} bytes were dropped from the log here ...\n`);
      one.offset = start;
    }
    const bytes = chunkOf(one, end);
    const cut = bytes.lastIndexOf(NEWLINE);
    if (cut < 0) return partial(one, bytes, end, atEnd);
    writeLines(one, bytes.subarray(0, cut + 1));
    one.midLine = false;
    owner = undefined;
    one.offset += cut + 1;
    return true;
  }

  function writeLines(one: Reader, lines: Buffer): void {
    if (lines.length >= LARGE_BYTES && lines.length <= LONGEST_INPUT_BYTES && !one.midLine && !lines.includes(RETURN)) {
      // Loaded when there is much to write: a quiet stack does without.
      prefixLines ??= loadPrefixLines() ?? 'missing';
      if (prefixLines !== 'missing') return prefixLines(lines, one.prefixBytes, sink.pushBytes);
    }
    const text = lines.toString('latin1', 0, lines.length - 1).replaceAll('\n', one.between);
    // One by one: joined first, they would be copied once more.
    if (!one.midLine) sink.push(one.prefix);
    sink.push(tidy(text, one.prefix, lines));
    sink.push('\n');
  }

  /** The source hands out pieces: they are joined until a line ends, or the line is too long to be held. */
  function chunkOf(one: Reader, end: number): Buffer {
    const first = asBuffer(source.read(one.name, one.offset, CHUNK_BYTES));
    if (first.includes(NEWLINE) || one.offset + first.length >= end) return first;
    const parts = [Buffer.from(first)];
    let length = first.length;
    while (length < LONG_LINE_BYTES && one.offset + length < end) {
      const next = Buffer.from(source.read(one.name, one.offset + length, CHUNK_BYTES));
      if (next.length === 0) break;
      parts.push(next);
      length += next.length;
      if (next.includes(NEWLINE)) break;
    }
    return Buffer.concat(parts);
  }

  function partial(one: Reader, bytes: Buffer, end: number, atEnd: boolean): boolean {
    if (!atEnd && end - one.offset < LONG_LINE_BYTES && !one.midLine) return false;
    if (bytes.length === 0) return false;
    // A spinner without an end is shown as lines: nobody waits for it.
    const turn = atEnd ? -1 : bytes.lastIndexOf(RETURN);
    if (turn > 0) {
      sink.push(`${one.midLine ? '' : one.prefix}${tidy(bytes.toString('latin1', 0, turn), one.prefix, bytes)}\n`);
      one.midLine = false;
      owner = undefined;
      one.offset += turn + 1;
      return true;
    }
    sink.push(`${one.midLine ? '' : one.prefix}${bytes.toString('latin1')}${atEnd ? '\n' : ''}`);
    one.midLine = !atEnd;
    owner = atEnd ? undefined : one;
    one.offset += bytes.length;
    return true;
  }

  return {
    pump,
    async drain() {
      for (;;) {
        pump();
        await sink.flush();
        if (
          sink.isClosed() ||
          (!waiting && ![...readers.values()].some((one) => accepts(one.name) && advance(one, true)))
        )
          break;
      }
      await sink.flush();
    },
  };
}

/** A progress bar that rewrites its line keeps its prefix. */
function tidy(text: string, prefix: string, bytes: Buffer): string {
  return bytes.includes(RETURN) ? text.replace(/\r(?!\n|$)/g, `\r${prefix}`) : text;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
