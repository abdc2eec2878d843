import type { Exit, RuntimeName } from './failure.ts';
import type { Resource } from './stack.ts';

/** What became of a value: ready to be used by this start. Resolved anew for every run. */
export interface StartSpec<R extends Resource = Resource> {
  readonly resource: R;
  /** Counts the runs of this resource in this engine, from 1. */
  readonly run: number;
  /** Complete environment of the run; for containers only what the config says. */
  readonly env: { readonly [name: string]: string };
  /** Port name to the number on this machine. */
  readonly ports: { readonly [name: string]: number };
  /** Resolved credentials of infra. */
  readonly credentials?: { readonly user: string; readonly password: string; readonly database: string };
  /** Of a container: path inside to the text of a file. */
  readonly files?: { readonly [path: string]: string };
  /** Of an image that is built here. */
  readonly build?: BuildValues;
}

/** What a build is given besides its files. */
export interface BuildValues {
  readonly args: { readonly [name: string]: string };
  readonly secrets: { readonly [id: string]: string };
}

/** How a run is carried out; shown to the user as it is. */
export interface RunInfo {
  readonly pid?: number;
  readonly containerId?: string;
  readonly runtime?: { readonly name: RuntimeName; readonly version: string; readonly reason: string };
  /** Of the container: its digest, or its id where no registry gave one. */
  readonly image?: string;
  /** Where a server keeps its data. */
  readonly data?: { readonly kind: 'volume' | 'folder'; readonly place: string };
  /** True when an already running container was taken over. */
  readonly adopted?: boolean;
}

/** Everything after `start` arrives here. Calls after `exited` are ignored. */
export interface Sink {
  /** What is going on while it is starting, in words: `pulling postgres:17 (12 of 40 MB)`; and how much of it is done, from 0 to 1. */
  progress(text: string, share?: number): void;
  /** The run exists. */
  started(info: RunInfo): void;
  /** What the last look at a server that is not ready yet said. */
  trying(text: string): void;
  /** For resources without a probe of their own (infra): usable now. */
  ready(): void;
  /** For the same: it will not become ready. */
  notReady(lastProbe: string, afterMs: number): void;
  /** Bytes, not lines. The chunk may be reused by the caller after the call. */
  output(chunk: Uint8Array): void;
  /** The whole tree is gone and its ports are free. */
  exited(exit: Exit): void;
}

/** One attempt. Neither call waits; the end arrives at the sink. */
export interface Run {
  /** Asks it to end (stop signal). */
  stop(): void;
  /** Ends it (KILL, the whole group). */
  kill(): void;
  /** A line for its standard input. */
  write?(text: string): void;
  /** How large its terminal is shown, in characters; for runs that have one. */
  resize?(columns: number, rows: number): void;
}

/** Starts and stops one kind of resource. */
export interface Driver<R extends Resource = Resource> {
  start(spec: StartSpec<R>, sink: Sink): Run;
}
