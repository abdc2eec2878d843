/** What readers of logs need: the hub of a running stack and the folder of a stopped one both offer it. */
export interface LogSource {
  names(): readonly string[];
  /** Offsets of the oldest byte that can be read and after the newest. */
  bounds(name: string): Bounds;
  /** At least one byte from `from` on unless there is none; valid until the next read or append. */
  read(name: string, from: number, limit: number): Uint8Array;
  /** Counts appends, where there may be more; who noted it knows whether something came since. */
  appends?(): number;
  /** Arrival marks of the bytes from `from` to `until`, oldest first. */
  marks(name: string, from: number): Marks;
}

export interface Marks {
  readonly marks: readonly Mark[];
  readonly until: number;
}

export interface Bounds {
  readonly start: number;
  readonly end: number;
  /** Bytes that were dropped from the front, ever. */
  readonly dropped: number;
}

export interface Mark {
  readonly offset: number;
  readonly time: number;
}

export interface Stored {
  /** Everything before this offset was written. */
  readonly stored: number;
  /** The files of the spool, oldest first. */
  readonly segments: readonly { readonly from: number }[];
  readonly marks: readonly Mark[];
}
