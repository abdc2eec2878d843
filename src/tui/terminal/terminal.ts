import type { ReadStream, WriteStream } from 'node:tty';
import type { ByteSink } from '../../output/stream.ts';
import { openUnwaiting, writeNow } from '../../output/unwaiting.ts';
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
  readonly sink: Pick<ByteSink, 'pushBytes' | 'isReady' | 'onReady' | 'drop'>;
  readonly onInput: (bytes: Uint8Array) => void;
  /** Of every change: there and back, seen as none, has still cost the screen what did not fit. */
  readonly onResize: () => void;
  /** It was taken away and is back (`fg`). */
  readonly onContinue: () => void;
}

/** A terminal that is gone is noticed by writing to it. */
const ignore = (): void => undefined;

export function openTerminal({ input, output, sink, onInput, onResize, onContinue }: TerminalParts): Terminal {
  let isOpen = true;
  const leaving = openUnwaiting(output.fd) ?? output.fd;
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
    process.off('SIGWINCH', onResize);
    input.off('data', onInput);
    input.off('error', ignore);
    try {
      input.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
    input.pause();
    // What is left of a frame would come after it.
    sink.drop();
    writeNow(leaving, LEAVE);
  };
  const resume = (): void => {
    enter();
    onContinue();
  };
  process.once('exit', restore);
  process.on('SIGCONT', resume);
  process.on('SIGWINCH', onResize);
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
