import type { Cause, Command } from './command.ts';
import type { Failure } from './failure.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { RunInfo } from './driver.ts';
import type { Gate, Resource } from './stack.ts';

/** The one interface to a running stack; a local engine and a socket client both implement it. */
export interface Engine {
  /** A snapshot first, then what changed, until the signal aborts or the engine ends. */
  watch(signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Batches of lines: the past the query asks for, then (with `follow`) what comes. */
  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<readonly LogLine[]>;
  /** Resolves when the command is accepted, not when it has taken effect. */
  send(command: Command): Promise<Outcome>;
}

export type Outcome = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly failure: Failure };

/** Statuses are whole, never patches: a consumer that missed some needs only the newest. */
export type EngineEvent =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'status'; readonly revision: number; readonly status: ResourceStatus }
  | { readonly kind: 'removed'; readonly revision: number; readonly name: string }
  /** Something a user should know that is no status: a broken config, a full disk. */
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  | { readonly kind: 'ended' };

export interface Snapshot {
  readonly stack: string;
  readonly instance: string;
  /** Pid of the process that serves the engine. */
  readonly pid: number;
  readonly startedAt: number;
  readonly revision: number;
  readonly quitting: boolean;
  /** How many configs it was given after the first; told anew when one is applied, and when the end is asked for. */
  readonly applied: number;
  readonly statuses: readonly ResourceStatus[];
}

/** Something that keeps a wanted resource from starting, or from stopping. */
export interface Blocker {
  readonly on: string;
  readonly gate: Gate | 'stopped';
  readonly lifecycle: Lifecycle['kind'];
  /** It will not get there by itself: it failed, or ended, or waits for such a one. */
  readonly hopeless: boolean;
  /** When it got there, ms since the epoch; undefined when it never ran. */
  readonly since?: number;
}

export interface ResourceStatus {
  readonly name: string;
  readonly kind: Resource['kind'];
  /** `service`, `worker`, `task`, or the engine of infra. */
  readonly role: string;
  readonly wanted: boolean;
  readonly lifecycle: Lifecycle;
  readonly blockedBy: readonly Blocker[];
  readonly run: number;
  readonly restarts: number;
  readonly lastCause?: Cause;
  readonly info?: RunInfo;
  readonly ports: { readonly [name: string]: number };
  /** Titles to addresses a person may open. */
  readonly urls: { readonly [title: string]: string };
  /** It is not started here: the address it has instead. */
  readonly elsewhere?: string;
  /** While it starts: what is going on. */
  readonly progress?: string;
  /** How much of that is done, from 0 to 1, where it can be told. */
  readonly progressShare?: number;
  /** Its inspector listens on that port of this machine, for a debugger. */
  readonly debugPort?: number;
  /** Whether saving its files restarts it; undefined when it watches none. */
  readonly watching?: boolean;
  readonly lastProbe?: string;
  /** What health checks of this run said, as often as it changed: the last few, oldest first. */
  readonly probes?: readonly { readonly at: number; readonly text: string }[];
  /** A failure that did not stop it: a dev build that broke, say. */
  readonly trouble?: Failure;
  /** When it first became ready (or done) in this engine, ms since the epoch. */
  readonly readyAt?: number;
  /** When its first run began. */
  readonly firstStartAt?: number;
  /** When the present run, or the last one, began. */
  readonly runStartAt?: number;
}

export interface LogLine {
  readonly resource: string;
  /** Byte offset of the line in the log of its resource; grows, never repeats. */
  readonly offset: number;
  /** Arrival, ms since the epoch. */
  readonly time: number;
  /** Without the line end; ANSI kept. */
  readonly text: string;
}

export interface LogQuery {
  /** Empty: all. */
  readonly resources: readonly string[];
  readonly follow: boolean;
  /** Only the last n lines of the past; undefined: all of it. */
  readonly tail?: number;
  /** Ms since the epoch. */
  readonly since?: number;
  /** Regular expression source a line must match. */
  readonly grep?: string;
}
