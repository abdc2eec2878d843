import type Docker from 'dockerode';
import { createDemux, sinceOf } from './demux.ts';

/** How long after the end of a run its stream may take to end too. */
const LAST_BYTES_MS = 2000;

/** The time of the last message so far; what a later run prints comes after it. Empty when there is none. */
export async function lastMessageTime(container: Docker.Container): Promise<string> {
  let last = '';
  const demux = createDemux(({ time }) => (last = time > last ? time : last));
  demux(await container.logs({ follow: false, stdout: true, stderr: true, timestamps: true, tail: 1 }));
  return last;
}

/**
 * Everything printed after the message at `since` arrives at `output` once and in order, also when the connection
 * drops in between: the engine is asked again from the last message on.
 */
export class LogFollower {
  readonly #container: Docker.Container;
  readonly #output: (chunk: Uint8Array) => void;
  #last: string;
  #hasTimes = true;
  #stream: NodeJS.ReadableStream | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(container: Docker.Container, since: string, output: (chunk: Uint8Array) => void) {
    this.#container = container;
    this.#last = since;
    this.#output = output;
  }

  /** Resolves when the stream ends: with the container's run, or because the connection dropped. */
  async follow(): Promise<void> {
    const read = this.#createReader();
    try {
      const stream = await this.#container.logs({ ...this.#query(), follow: true });
      this.#stream = stream;
      await new Promise<void>((resolve) => {
        // Read without pause: whoever consumes the output must never hold up the container.
        stream.on('data', read);
        stream.once('end', resolve);
        stream.once('close', resolve);
        stream.once('error', resolve);
      });
    } catch {
      // The engine is away for a moment, or the container is gone: the owner of the run finds out which.
    } finally {
      clearTimeout(this.#patience);
      this.#stream = undefined;
    }
  }

  /** What a stream that ended early left out. To be called after the end of the run. */
  async rest(): Promise<void> {
    // Without times everything would be repeated.
    if (!this.#hasTimes) return;
    const read = this.#createReader();
    try {
      read(await this.#container.logs({ ...this.#query(), follow: false }));
    } catch {
      // The container was removed by hand, and its log with it.
    }
  }

  /** The run has ended: a stream that does not notice is cut. */
  endSoon(): void {
    const stream = this.#stream;
    if (!stream || this.#patience) return;
    this.#patience = setTimeout(() => {
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
    }, LAST_BYTES_MS);
  }

  #query() {
    return { stdout: true, stderr: true, timestamps: true, ...(this.#last !== '' && { since: sinceOf(this.#last) }) };
  }

  #createReader(): (chunk: Buffer) => void {
    // The engine takes `since` as inclusive, so what is there already is left out by its time.
    const after = this.#last;
    return createDemux(({ time, bytes }) => {
      this.#hasTimes = time !== '';
      if (this.#hasTimes && time <= after) return;
      if (this.#hasTimes) this.#last = time;
      this.#output(bytes);
    });
  }
}
