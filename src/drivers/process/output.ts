import { execFile, execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';

/**
 * Ways for children to write. Node gives a child a socket pair, which costs a line-at-a-time writer twice the CPU of
 * a pipe and breaks `echo > /dev/stdout`; a FIFO, opened at both ends and unlinked, is a real pipe.
 */
export interface OutputPool {
  /** A fresh pipe, or undefined where FIFOs cannot be made. */
  open(): OutputPipe | undefined;
  close(): void;
}

export interface OutputPipe {
  /** To be handed to the child and then closed here. */
  readonly writeFd: number;
  /** Begins to read; `onEnd` comes when the last writer has closed. */
  read(onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void;
  closeWriter(): void;
  /** Stops reading: somebody who escaped still holds the other end. */
  destroy(): void;
}

const BATCH = 16;
const LOW = 4;
/** Reads are handled one at a time, so that one buffer serves all pipes. */
const shared = Buffer.allocUnsafeSlow(64 * 1024);

export function createOutputPool(folder: string, expected: number): OutputPool {
  let free: string[] = [];
  let made = 0;
  let usable = true;
  let filling = false;
  const nextNames = (count: number): string[] =>
    Array.from({ length: count }, () => path.join(folder, `out-${process.pid}-${(made += 1)}`));
  const refill = (): void => {
    if (filling) return;
    filling = true;
    const names = nextNames(BATCH);
    execFile('mkfifo', ['-m', '600', ...names], (error) => {
      filling = false;
      if (!error) free.push(...names);
    });
  };
  return {
    open() {
      if (!usable) return undefined;
      if (free.length === 0) {
        try {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          const names = nextNames(Math.max(BATCH, made === 0 ? expected + LOW : 0));
          execFileSync('mkfifo', ['-m', '600', ...names], { stdio: 'ignore' });
          free.push(...names);
        } catch {
          usable = false; // no mkfifo or a file system without FIFOs: plain pipes do
          return undefined;
        }
      }
      const name = free.pop();
      if (free.length < LOW) refill();
      return name === undefined ? undefined : openPipe(name);
    },
    close() {
      free = [];
      usable = false;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openPipe(file: string): OutputPipe {
  const readFd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(file, constants.O_WRONLY);
  unlinkSync(file);
  let socket: Socket | undefined;
  let writerOpen = true;
  return {
    writeFd,
    read(onChunk, onEnd) {
      const options = {
        fd: readFd,
        readable: true,
        writable: false,
        onread: {
          buffer: shared,
          callback: (count: number, bytes: Uint8Array): boolean => {
            onChunk(bytes.subarray(0, count));
            return true;
          },
        },
      };
      socket = new Socket(options);
      socket.on('end', onEnd);
      socket.on('error', onEnd);
      socket.resume();
    },
    closeWriter() {
      if (writerOpen) closeSync(writeFd);
      writerOpen = false;
    },
    destroy() {
      if (writerOpen) closeSync(writeFd);
      writerOpen = false;
      if (socket) socket.destroy();
      else closeSync(readFd);
    },
  };
}
