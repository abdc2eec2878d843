import type { Cause } from './command.ts';
import type { Lifecycle, Policy } from './lifecycle.ts';
import type { Resource, Stack } from './stack.ts';

/** One resource as the engine sees it. */
export interface Instance {
  readonly resource: Resource;
  readonly lifecycle: Lifecycle;
  /** Bumped on every change of lifecycle; timers and probes carry the one they were made for. */
  readonly epoch: number;
  /** Counts runs; what drivers say carries the run it is about. */
  readonly run: number;
  /** Desired state. */
  readonly wanted: boolean;
  /** A restart that was asked for and has not begun. */
  readonly pending?: Cause;
  /** The start of the next run waits: files are still being saved. */
  readonly held: boolean;
  /** Its inspector listens there from the next start on. */
  readonly debugPort?: number;
  /** False: saving its files does nothing. */
  readonly watching: boolean;
  /** Why the last restart happened. */
  readonly lastCause?: Cause;
  readonly restarts: number;
  readonly firstStartAt?: number;
  /** When the present run, or the last one, began. */
  readonly runStartAt?: number;
  readonly readyAt?: number;
  /** When it last was ready no more. */
  readonly leftReadyAt?: number;
  /** Gone from the config: forgotten as soon as it is down. */
  readonly removed: boolean;
}

/** Everything the core knows. Replaced, never changed. */
export interface World {
  readonly stack: Stack;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly quitting: boolean;
}

export function createWorld(stack: Stack): World {
  return {
    stack,
    instances: new Map(stack.resources.map((resource) => [resource.name, createInstance(resource)])),
    quitting: false,
  };
}

export function createInstance(resource: Resource): Instance {
  return {
    resource,
    lifecycle: { kind: 'idle' },
    epoch: 0,
    run: 0,
    wanted: false,
    restarts: 0,
    removed: false,
    held: false,
    watching: true,
  };
}

/** How a resource is to be treated, as data for `transition`. */
export function policyOf(resource: Resource): Policy {
  const common = { name: resource.name, graceMs: resource.stop.graceMs };
  switch (resource.kind) {
    case 'process':
      return {
        ...common,
        role: 'service',
        hasProbe: resource.health.ready !== undefined,
        restart: resource.restart,
        maxAttempts: 3,
        successExitCodes: resource.successExitCodes,
      };
    case 'task':
      return {
        ...common,
        role: 'task',
        hasProbe: false,
        restart: resource.retries > 0 ? 'on-failure' : 'no',
        maxAttempts: resource.retries + 1,
        successExitCodes: resource.successExitCodes,
        ...(resource.timeoutMs === undefined ? {} : { timeoutMs: resource.timeoutMs }),
      };
    case 'container':
      return {
        ...common,
        role: 'service',
        hasProbe: true,
        restart: resource.restart,
        maxAttempts: 3,
        // A server is never done; an image of the user's may be anything.
        successExitCodes: resource.engine === 'container' ? [0] : [],
      };
  }
}
