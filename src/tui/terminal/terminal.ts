import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Size } from '../model.ts';
import { ENTER, LEAVE, MOUSE_OFF, MOUSE_ON } from './modes.ts';

/** The terminal of the user: raw, on its alternate screen, until it is given back. */
export interface Terminal {
  size(): Size;
  write(text: string): void;
  /** False while it has not taken what was written last. */
  isReady(): boolean;
  onReady(callback: () => void): void;
  mouse(on: boolean): void;
  /** Gives it back; once is enough, more does no harm. */
  restore(): void;
}

export interface TerminalParts {
  readonly input: ReadStream;
  readonly output: WriteStream & { readonly fd: number };
  /** Writes without waiting for the terminal. */
  readonly sink: { pushBytes(bytes: Uint8Array): void; isReady(): boolean; onReady(callback: () => void): void };
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onResize: () => void;
  /** It was taken away and is back (`fg`). */
  readonly onContinue: () => void;
}

const RETRIES = 200;
/** A terminal that is gone is noticed by writing to it. */
const ignore = (): void => undefined;

export function openTerminal({ input, output, sink, onInput, onResize, onContinue }: TerminalParts): Terminal {
  let isOpen = true;
  const write = (text: string): void => {
    if (isOpen) sink.pushBytes(Buffer.from(text));
  };
  const enter = (): void => {
    input.setRawMode(true);
    write(ENTER);
  };
  const restore = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', restore);
    process.off('SIGCONT', resume);
    output.off('resize', onResize);
    input.off('data', onInput);
    input.off('error', ignore);
    try {
      input.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
    input.pause();
    writeNow(output.fd, LEAVE);
  };
  const resume = (): void => {
    enter();
    onContinue();
  };
  process.once('exit', restore);
  process.on('SIGCONT', resume);
  output.on('resize', onResize);
  input.on('data', onInput);
  input.on('error', ignore);
  enter();
  input.resume();
  return {
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    write,
    isReady: () => sink.isReady(),
    onReady: (callback) => sink.onReady(callback),
    mouse: (on) => write(on ? MOUSE_ON : MOUSE_OFF),
    restore,
  };
}

/** At the very end nothing is left to wait with. */
function writeNow(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0, tries = 0; at < bytes.length && tries < RETRIES; tries++) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
