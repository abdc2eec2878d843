import type { Cause } from './command.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { World } from './world.ts';

/** What happened shortly before a failure; whether it is the reason, a person decides. */
export interface BeforeFailure {
  /** Why the run that failed was started. */
  readonly cause?: Cause;
  /** What it depends on, or has an address of, and was ready until then; the latest first. */
  readonly lost: readonly Lost[];
}

export interface Lost {
  readonly name: string;
  /** Ms since the epoch. */
  readonly at: number;
  /** Where it is now. */
  readonly lifecycle: Lifecycle['kind'];
}

const BEFORE_MS = 10_000;
/** The end of a run is told when its whole tree is gone, so what caused a failure may be told after it. */
const AFTER_MS = 1_000;

/** Undefined for what has not failed, or runs again. */
export function beforeFailure(world: World, name: string): BeforeFailure | undefined {
  const instance = world.instances.get(name);
  const failedAt = instance && failureTime(instance.lifecycle);
  if (!instance || failedAt === undefined) return undefined;
  const { resource, lastCause } = instance;
  const needed = new Set([...resource.dependencies.map(({ on }) => on), ...resource.companions]);
  const lost = [...needed].flatMap((other): readonly Lost[] => {
    const { leftReadyAt: at, lifecycle } = world.instances.get(other) ?? {};
    if (at === undefined || lifecycle === undefined) return [];
    return at >= failedAt - BEFORE_MS && at <= failedAt + AFTER_MS
      ? [{ name: other, at, lifecycle: lifecycle.kind }]
      : [];
  });
  return { ...(lastCause && { cause: lastCause }), lost: lost.toSorted((a, b) => b.at - a.at) };
}

function failureTime(at: Lifecycle): number | undefined {
  switch (at.kind) {
    case 'failed':
      return at.at;
    case 'backoff':
      return at.since;
    case 'stopping':
      return at.next.kind === 'rest' ? undefined : at.since;
    case 'idle':
    case 'starting':
    case 'running':
    case 'ready':
    case 'done':
      return undefined;
  }
}
