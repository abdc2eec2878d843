import type Docker from 'dockerode';
import { createDemux } from './demux.ts';
import { createSkip, PositionMarker, queryFrom } from './position.ts';
import type { Position } from './position.ts';

/** How long after the end of a run its stream may take to end too. */
const LAST_BYTES_MS = 2000;

/**
 * Everything printed after `start` arrives at `output` once and in order, also when the connection drops in between: the
 * engine is asked again for the last second or two, and what was there is left out.
 */
export class LogFollower {
  readonly #container: Docker.Container;
  readonly #output: (chunk: Uint8Array) => void;
  readonly #marker: PositionMarker;
  #hasTimes = true;
  #stream: NodeJS.ReadableStream | undefined;
  #patience: NodeJS.Timeout | undefined;
  #isCut = false;

  constructor(container: Docker.Container, start: Position, output: (chunk: Uint8Array) => void) {
    this.#container = container;
    this.#marker = new PositionMarker(start);
    this.#output = output;
  }

  /** Resolves when the stream ends: with the container's run, or because the connection dropped. */
  async follow(): Promise<void> {
    const read = this.#createReader();
    try {
      const stream = await this.#container.logs({ ...this.#query(), follow: true });
      this.#stream = stream;
      if (this.#isCut) destroy(stream);
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
    this.#patience = setTimeout(() => destroy(stream), LAST_BYTES_MS);
  }

  /** Nobody reads on, and the container does. */
  cut(): void {
    this.#isCut = true;
    if (this.#stream) destroy(this.#stream);
  }

  #query() {
    return { stdout: true, stderr: true, timestamps: true, ...queryFrom(this.#marker.position.time) };
  }

  #createReader(): (chunk: Buffer) => void {
    const isNew = createSkip(this.#marker.position);
    return createDemux((message) => {
      const { time, bytes } = message;
      this.#hasTimes = time !== '';
      if (this.#hasTimes) {
        if (!isNew(message)) return;
        this.#marker.pass(time);
      }
      this.#output(bytes);
    });
  }
}

function destroy(stream: NodeJS.ReadableStream): void {
  if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
}
