import { constants, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

const RETRIES = 200;
const RETRY_MS = 5;

/**
 * The terminal of a descriptor, opened once more. The kernel holds whoever writes to one that has stopped reading, and
 * with it the end of the process, which waits for its threads; through this one such a write fails with `EAGAIN`. It is
 * not set on the given descriptor, which the shell shares. Undefined for what is no terminal or cannot be opened.
 */
export function openUnwaiting(fd: number): number | undefined {
  return isatty(fd) ? openDevice(process.platform === 'linux' ? `/proc/self/fd/${fd}` : '/dev/tty') : undefined;
}

/** A terminal by its path: it never becomes the one of this process. */
export function openDevice(device: string): number | undefined {
  try {
    return openSync(device, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** How many bytes it takes at once; all of them where it is gone, since nobody is left to read. */
export function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 0 : bytes.length;
  }
}

/** Where nothing is left to wait with: what a terminal has not taken after a second is lost. */
export function writeNow(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0, tries = 0; at < bytes.length && tries < RETRIES; tries++) {
    const written = writeSome(fd, bytes.subarray(at));
    at += written;
    if (written === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}
