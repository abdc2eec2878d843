import { fstatSync, write, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { openUnwaiting } from './unwaiting.ts';

/** Where plain output goes. Never waits for a reader: what cannot be written yet stays with its producer. */
export interface ByteSink {
  /** False while the reader is behind; `onReady` calls back when it has caught up. */
  isReady(): boolean;
  onReady(callback: () => void): void;
  /** Latin-1 characters stand for bytes. */
  push(latin1: string): void;
  /** Copies: the bytes may change afterwards. */
  readonly pushBytes: (bytes: Uint8Array) => void;
  /** Everything pushed is written, or the reader is gone. */
  flush(): Promise<void>;
  /** Nothing is written any more, not even what was pushed already. */
  drop(): void;
  readonly isClosed: () => boolean;
}

/** What may wait before producers are told to keep theirs. */
const BUFFER_BYTES = 256 * 1024;
/** Files are written in large pieces: the kernel's price is by the call and by the page. */
const FILE_BUFFER_BYTES = 1024 * 1024;
/** For a larger write the kernel looks for larger free blocks, which may take it several times as long as the copying. */
const PIECE_BYTES = 48 * 1024;
const RETRY_MS = 5;
/** A terminal may be held for hours. */
const LONGEST_RETRY_MS = 50;

/** What is needed of `process.stdout`. */
export interface Output extends Pick<Writable, 'write' | 'on'> {
  readonly fd: number;
}

/**
 * Writes to an output. A file is written at once; anything else asynchronously with one buffer under way (a synchronous
 * write would stop the whole supervisor when a pager stalls), to a terminal through a descriptor that never waits.
 */
export function createByteSink(output: Output, onClosed: () => void): ByteSink {
  const stats = fstatSync(output.fd);
  const fd = openUnwaiting(output.fd) ?? output.fd;
  const isFile = stats.isFile();
  const limit = isFile ? FILE_BUFFER_BYTES : BUFFER_BYTES;
  // Node has made a pipe non-blocking: only its stream knows when there is room again.
  const transmit = stats.isFIFO() || stats.isSocket() ? throughStream : throughDescriptor;
  let filling = Buffer.allocUnsafe(limit);
  let used = 0;
  let sending = isFile ? filling : Buffer.allocUnsafe(limit);
  let underWay = false;
  let scheduled = false;
  let closed = false;
  let waiting: (() => void)[] = [];
  let idle: (() => void)[] = [];

  function grow(bytes: number): void {
    if (used + bytes <= filling.length) return;
    const larger = Buffer.allocUnsafe(Math.max(filling.length * 2, used + bytes));
    filling.copy(larger, 0, 0, used);
    filling = larger;
  }

  function send(): void {
    scheduled = false;
    if (underWay || used === 0 || closed) return settle();
    if (isFile) {
      writeAll(fd, filling, used);
      used = 0;
      return settle();
    }
    const bytes = used;
    [filling, sending] = [sending, filling];
    used = 0;
    underWay = true;
    transmit(0, bytes);
  }

  function sendSoon(): void {
    if (isFile && used >= limit / 2) send();
    else if (!scheduled && !underWay) {
      scheduled = true;
      setImmediate(send);
    }
  }

  function throughStream(from: number, to: number): void {
    output.write(sending.subarray(from, to), (error) => (error ? close() : delivered()));
  }

  function throughDescriptor(from: number, to: number, retryMs = RETRY_MS): void {
    if (closed) return;
    write(fd, sending, from, to - from, null, (error, written) => {
      if (error?.code === 'EAGAIN') {
        const nextMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
        return void setTimeout(() => throughDescriptor(from, to, nextMs), retryMs);
      }
      if (error) return close();
      if (from + written < to) return throughDescriptor(from + written, to);
      delivered();
    });
  }

  function delivered(): void {
    underWay = false;
    if (sending.length > 4 * limit) sending = Buffer.allocUnsafe(limit);
    const woken = waiting;
    waiting = [];
    for (const callback of woken) callback();
    send();
  }

  function settle(): void {
    if (underWay || (used > 0 && !closed)) return;
    const done = idle;
    idle = [];
    for (const callback of done) callback();
  }

  function drop(): void {
    closed = true;
    underWay = false;
    used = 0;
    const woken = waiting;
    waiting = [];
    for (const callback of woken) callback();
    settle();
  }

  function close(): void {
    if (closed) return;
    drop();
    onClosed();
  }

  output.on('error', close);

  return {
    isReady: () => !closed && used < limit,
    isClosed: () => closed,
    drop,
    onReady: (callback) => void waiting.push(callback),
    push(latin1) {
      if (closed) return;
      grow(latin1.length);
      used += filling.write(latin1, used, 'latin1');
      sendSoon();
    },
    pushBytes(bytes) {
      if (closed) return;
      if (isFile && bytes.length >= PIECE_BYTES) {
        send();
        // What is large is not worth another copy.
        return writeAll(fd, bytes, bytes.length);
      }
      grow(bytes.length);
      filling.set(bytes, used);
      used += bytes.length;
      sendSoon();
    },
    flush: () =>
      new Promise((resolve) => {
        idle.push(resolve);
        send();
      }),
  };
}

function writeAll(fd: number, bytes: Uint8Array, length: number): void {
  for (let at = 0; at < length;) at += writeSync(fd, bytes, at, Math.min(PIECE_BYTES, length - at));
}

/** Any text as the latin-1 characters of its UTF-8 bytes. */
export function toLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
