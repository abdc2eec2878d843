import { writeSync } from 'node:fs';

/** Typed ahead of a program that does not read; what comes on top is lost, as on any terminal. */
const MOST_BYTES = 1024 * 1024;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

export interface TerminalInput {
  write(text: string): void;
  /** Before its descriptor may mean something else. */
  close(): void;
}

/**
 * Writes to the descriptor of a terminal, which must not block. Node's own stream for it would: where libuv finds the
 * controlling side of a terminal, it repeats a write until all is taken.
 */
export function createTerminalInput(fd: number): TerminalInput {
  let waiting: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let isClosed = false;
  const flush = (): void => {
    timer = undefined;
    while (waiting.length > 0) {
      const taken = tryWrite(fd, waiting);
      if (taken === 'gone') return close();
      if (taken === 0) {
        timer = setTimeout(flush, pauseMs);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        return;
      }
      waiting = waiting.subarray(taken);
      pauseMs = FIRST_PAUSE_MS;
    }
  };
  const close = (): void => {
    isClosed = true;
    waiting = Buffer.alloc(0);
    clearTimeout(timer);
  };
  return {
    write(text) {
      const bytes = Buffer.from(text);
      if (isClosed || waiting.length + bytes.length > MOST_BYTES) return;
      waiting = Buffer.concat([waiting, bytes]);
      if (timer === undefined) flush();
    },
    close,
  };
}

/** How many bytes were taken; 0 when there is no room now. */
function tryWrite(fd: number, bytes: Buffer): number | 'gone' {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 0 : 'gone';
  }
}
