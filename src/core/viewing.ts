import type { Outcome } from './engine.ts';
import type { Stack } from './stack.ts';

/** What a viewer of a running stack is given beside its engine. Nothing of it has a secret in it. */
export interface Viewing {
  /** As `outlineOf` makes it. */
  outline(): Stack;
  /** What devstack adds to the environment of a resource: `NAME=value`, secrets masked. */
  env(name: string): readonly string[];
  card(name: string): CardFacts;
  /** For the standard input of its run; false when there is none. */
  write(name: string, text: string): boolean;
  /** How large its terminal is shown, in characters; false when it has none. */
  resize(name: string, columns: number, rows: number): boolean;
  usage(): Promise<ReadonlyMap<string, Usage>>;
  /** What was told of each resource so far, oldest first. */
  journal(): readonly JournalEntry[];
  /** How far each log is: all of them first, then what changed, some thirty times a second at most. */
  tails(signal: AbortSignal): AsyncIterable<readonly LogTail[]>;
  /** The terminal of a viewer that was killed while it drew on it: its screen is as before again. */
  giveBack(device: string): void;
  /** Reads the config again and applies it; refused when it is broken, and then nothing has changed. */
  reload(): Promise<Outcome>;
}

export interface Usage {
  /** Share of one core: 1 is a core. */
  readonly cpu: number;
  readonly memoryBytes: number;
}

/** What is known of how a resource failed, beside its status. */
export interface CardFacts {
  /** The last lines of its log, oldest first. */
  readonly lastLines: readonly string[];
  /** The first place in a stack trace that is code of the user's. */
  readonly place?: Place;
  /** What happened to its dependencies just before. */
  readonly lostBefore?: string;
}

export interface Place {
  /** Relative to the folder of the config. */
  readonly file: string;
  readonly line: number;
  readonly text?: string;
}

export interface JournalEntry {
  readonly name: string;
  /** Ms since the epoch. */
  readonly time: number;
  readonly text: string;
}

/** How far a log is, for a reader in another process that reads the files of its spool. All numbers are offsets in it. */
export interface LogTail {
  readonly name: string;
  /** After the newest byte. */
  readonly end: number;
  /** Everything before it is on disk, unless it was dropped. */
  readonly stored: number;
  /** Where the files of the spool begin, oldest first; left out while they are the same. */
  readonly segments?: readonly number[];
  /** Arrival: offset, ms since the epoch, offset, … The first is the last of the tail before, where none is missing. */
  readonly marks: readonly number[];
  /** What is not on disk, or the newest of it. */
  readonly bytes?: { readonly from: number; readonly base64: string };
}
