import { cleanControls, ESCAPE, type Cleaned } from './controls.ts';
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
  /** Colours of the services stay. */
  readonly colours: boolean;
  readonly clock: {
    now(): number;
    /** Calls back once; the returned function cancels. */
    timer(ms: number, callback: () => void): () => void;
  };
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
/** What has stood this long without a line end is a prompt: somebody waits for it to be read. */
const PROMPT_MS = 250;

interface Reader {
  readonly name: string;
  readonly prefix: string;
  readonly prefixBytes: Uint8Array;
  /** In place of a line end inside a chunk. */
  readonly between: string;
  offset: number;
  /** Inside a line too long to be held. */
  midLine: boolean;
  /** A line without its end: up to where it goes, and since when it has stood there. */
  openEnd: number;
  openSince: number;
  /** The line before this offset was shown without its end. */
  shownTo: number;
}

/**
 * Prefixes logs a chunk at a time: only whole lines leave, so that services never tear each other's lines. A reader of
 * ours that stalls costs nothing: the bytes wait in the ring and then on disk.
 */
export function createLogStream({ source, sink, prefixOf, accepts, colours, clock }: LogStreamOptions): LogStream {
  const readers = new Map<string, Reader>();
  let owner: Reader | undefined;
  let waiting = false;
  let cancelPrompts: (() => void) | undefined;
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
      openEnd: -1,
      openSince: 0,
      shownTo: -1,
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
    // All that was missing of a line that has been shown is its end.
    const from = bytes[0] === RETURN ? 1 : 0;
    if (one.offset === one.shownTo && bytes[from] === NEWLINE) {
      one.offset += from + 1;
      return true;
    }
    const cut = bytes.lastIndexOf(NEWLINE);
    if (cut < 0) return partial(one, bytes, end, atEnd);
    writeLines(one, bytes.subarray(0, cut + 1));
    one.midLine = false;
    owner = undefined;
    one.offset += cut + 1;
    return true;
  }

  /** Only what has an escape character is touched. */
  function clean(bytes: Buffer): Cleaned {
    return bytes.includes(ESCAPE) ? cleanControls(bytes, colours) : { bytes, open: 0 };
  }

  function writeLines(one: Reader, raw: Buffer): void {
    const lines = clean(raw).bytes;
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

  /** The source hands out pieces: they are joined up to the end of the line they cut, or it is too long to be held. */
  function chunkOf(one: Reader, end: number): Buffer {
    const first = asBuffer(source.read(one.name, one.offset, CHUNK_BYTES));
    if (first.includes(NEWLINE) || one.offset + first.length >= end) return first;
    const parts = [Buffer.from(first)];
    let length = first.length;
    while (length < LONG_LINE_BYTES && one.offset + length < end) {
      const next = asBuffer(source.read(one.name, one.offset + length, CHUNK_BYTES));
      if (next.length === 0) break;
      const lineEnd = next.indexOf(NEWLINE);
      parts.push(Buffer.from(lineEnd < 0 ? next : next.subarray(0, lineEnd + 1)));
      if (lineEnd >= 0) break;
      length += next.length;
    }
    return Buffer.concat(parts);
  }

  function partial(one: Reader, bytes: Buffer, end: number, atEnd: boolean): boolean {
    if (bytes.length === 0) return false;
    if (!atEnd && end - one.offset < LONG_LINE_BYTES && !one.midLine) {
      if (one.openEnd !== end) {
        one.openEnd = end;
        one.openSince = clock.now();
      }
      cancelPrompts ??= clock.timer(PROMPT_MS, showPrompts);
      return false;
    }
    // A spinner without an end is shown as lines: nobody waits for it.
    const turn = atEnd ? -1 : bytes.lastIndexOf(RETURN);
    if (turn > 0) {
      const shown = clean(bytes.subarray(0, turn)).bytes;
      sink.push(`${one.midLine ? '' : one.prefix}${tidy(shown.toString('latin1'), one.prefix, shown)}\n`);
      one.midLine = false;
      owner = undefined;
      one.offset += turn + 1;
      return true;
    }
    // A sequence that has only begun waits for its rest, unless it has no end.
    const { bytes: shown, open } = clean(bytes);
    const isOnlyBegun = shown.length === 0 && open > 0;
    if (isOnlyBegun && (atEnd || bytes.length < LONG_LINE_BYTES)) return false;
    const text = tidy(shown.toString('latin1'), one.prefix, shown);
    if (text !== '' || !atEnd) sink.push(`${one.midLine ? '' : one.prefix}${text}${atEnd ? '\n' : ''}`);
    one.midLine = !atEnd;
    owner = atEnd ? undefined : one;
    one.offset += bytes.length - (isOnlyBegun ? 0 : open);
    return true;
  }

  /** Lines that have stood open long enough. One timer for all, and none while no line is open. */
  function showPrompts(): void {
    cancelPrompts = undefined;
    // When the reader is back, or a long line is over, the open ones are found again.
    if (waiting || owner || sink.isClosed()) return;
    const now = clock.now();
    let waitMs = Infinity;
    for (const one of readers.values()) {
      const { end } = source.bounds(one.name);
      if (one.offset >= end || one.openEnd !== end || !accepts(one.name)) continue;
      const leftMs = one.openSince + PROMPT_MS - now;
      if (leftMs > 0) waitMs = Math.min(waitMs, leftMs);
      else if (advance(one, true)) one.shownTo = one.offset;
    }
    if (waitMs < Infinity) cancelPrompts = clock.timer(waitMs, showPrompts);
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
      cancelPrompts?.();
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
