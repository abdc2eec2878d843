import type { Driver, StartSpec } from '../core/driver.ts';
import type { Failure } from '../core/failure.ts';
import type { ContainerResource, HealthCheck, ProcessResource, Resource, Stack, TaskResource } from '../core/stack.ts';

/** Everything the engine needs from the outside; the composition root puts it together, tests replace it. */
export interface EngineParts {
  readonly instance: string;
  readonly clock: Clock;
  readonly drivers: Drivers;
  readonly startProbe: StartProbe;
  /** Environment, ports and credentials of a run, looked up anew each time. */
  prepare(resource: Resource, run: number): Prepared;
  /** Ports and addresses to show, known before anything runs. */
  addressesOf(resource: Resource): {
    readonly ports: { readonly [name: string]: number };
    readonly urls: { readonly [title: string]: string };
  };
  /** Allocates what a changed config needs before it is taken over. */
  admit(stack: Stack): Promise<void>;
  /** Gives a port of a resource another number, until this process ends; all addresses with it change. */
  movePort(resource: string, port: string): Promise<void>;
  /** A free port of this machine for an inspector, none of these. */
  freeDebugPort(taken: readonly number[]): Promise<number>;
  /** A CommonJS file that every Node process of a service that is debugged loads first. */
  readonly debugPreload: string;
  readonly tasks: TaskMemory;
  /** Which ports the tree of this process listens on, for "it listens on 3001". */
  listeningPorts(pid: number): readonly number[];
}

export interface Clock {
  now(): number;
  /** Calls back once; the returned function cancels. */
  timer(ms: number, callback: () => void): () => void;
}

export interface Drivers {
  readonly process: Driver<ProcessResource>;
  readonly task: Driver<TaskResource>;
  readonly container: Driver<ContainerResource>;
}

export type Prepared =
  | ({ readonly kind: 'spec' } & Omit<StartSpec, 'resource' | 'run'>)
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Remembers what the inputs of a task were when it last succeeded. */
export interface TaskMemory {
  /** True when nothing changed since the last success. */
  isUnchanged(task: TaskResource): Promise<boolean>;
  succeeded(task: TaskResource): Promise<void>;
}

export interface ProbeTarget {
  readonly resource: Resource;
  readonly check: HealthCheck;
  readonly spec: StartSpec;
  /** Ready: until it passes once. Live: until it fails `retries` times in a row. */
  readonly mode: 'ready' | 'live';
  /** Lines of this run, for log checks. */
  readonly onLine: (listener: (line: string) => void) => () => void;
}

export type ProbeResult =
  | { readonly kind: 'trying'; readonly text: string }
  | { readonly kind: 'passed'; readonly text: string }
  | { readonly kind: 'gave-up'; readonly text: string; readonly afterMs: number; readonly failures: number };

/** Probes until it passes or gives up; the returned function stops it. */
export type StartProbe = (target: ProbeTarget, onResult: (result: ProbeResult) => void) => () => void;
