const FIRST_BYTES = 16 * 1024;
/** Few steps: each leaves a buffer behind. */
const GROWTH = 8;

/** The newest bytes of one log. Offsets count from the beginning of the log and never repeat. */
export class Ring {
  readonly capacity: number;
  #bytes = Buffer.alloc(0);
  #end: number;
  #start: number;

  constructor(capacity: number, origin: number) {
    this.capacity = capacity;
    this.#end = origin;
    this.#start = origin;
  }

  /** Offset after the newest byte. */
  get end(): number {
    return this.#end;
  }

  /** Offset of the oldest byte still held. */
  get start(): number {
    return Math.max(this.#start, this.#end - this.#bytes.length);
  }

  push(chunk: Uint8Array): void {
    this.#grow(chunk.length);
    const size = this.#bytes.length;
    const kept = chunk.length > size ? chunk.subarray(chunk.length - size) : chunk;
    const at = (this.#end + chunk.length - kept.length) % size;
    const first = Math.min(kept.length, size - at);
    this.#bytes.set(kept.subarray(0, first), at);
    if (first < kept.length) this.#bytes.set(kept.subarray(first), 0);
    this.#end += chunk.length;
  }

  /** The bytes from `from` on, at most `limit`, as one piece that is valid until the next push; the ring's end may cut it short. */
  slice(from: number, limit: number): Buffer {
    const size = this.#bytes.length;
    const at = from % size;
    return this.#bytes.subarray(at, at + Math.min(limit, this.#end - from, size - at));
  }

  /** Small logs stay small: the buffer grows until it has its full size. */
  #grow(incoming: number): void {
    const size = this.#bytes.length;
    if (size === this.capacity || this.#end + incoming - this.#start <= size) return;
    let wanted = Math.max(size, Math.min(FIRST_BYTES, this.capacity));
    while (wanted < this.capacity && this.#end + incoming - this.#start > wanted) {
      wanted = Math.min(this.capacity, wanted * GROWTH);
    }
    const old = { start: this.start, end: this.#end, bytes: this.#bytes };
    this.#bytes = Buffer.allocUnsafeSlow(wanted);
    for (let from = old.start; from < old.end;) {
      const at = from % size;
      const target = from % wanted;
      const length = Math.min(size - at, wanted - target, old.end - from);
      this.#bytes.set(old.bytes.subarray(at, at + length), target);
      from += length;
    }
    this.#start = old.start;
  }
}
