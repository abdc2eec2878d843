import type { Blocker } from './engine.ts';
import { dependentsOf } from './graph.ts';
import { isActive, type Lifecycle } from './lifecycle.ts';
import type { Gate } from './stack.ts';
import type { Instance, World } from './world.ts';

/** It is up, or on its way up, and should not stay so. */
export function mustStop(instance: Instance, quitting: boolean): boolean {
  return (quitting || !instance.wanted || instance.removed || instance.pending !== undefined) &&
    instance.lifecycle.kind !== 'stopping'
    ? isActive(instance.lifecycle) || instance.lifecycle.kind === 'backoff'
    : false;
}

/** It is down and should run. */
export function mustStart(instance: Instance, quitting: boolean): boolean {
  if (quitting || !instance.wanted || instance.removed || instance.held) return false;
  if (instance.lifecycle.kind === 'idle') return true;
  return instance.pending !== undefined && (instance.lifecycle.kind === 'done' || instance.lifecycle.kind === 'failed');
}

/** A dependent may start once this holds for what it depends on. */
export function isSatisfied(at: Lifecycle, gate: Gate): boolean {
  switch (gate) {
    case 'started':
      return at.kind === 'running' || at.kind === 'ready';
    case 'ready':
      return at.kind === 'ready';
    case 'done':
      return at.kind === 'done';
  }
}

/** What keeps an instance that must start or stop from doing so; empty when nothing does. */
export function blockersOf(world: World, instance: Instance): readonly Blocker[] {
  if (mustStart(instance, world.quitting)) return startBlockers(world, instance);
  if (mustStop(instance, world.quitting)) return stopBlockers(world, instance);
  return [];
}

/** Only wanted dependencies gate: `up --no-deps web` starts web alone. */
function startBlockers(world: World, instance: Instance): readonly Blocker[] {
  return instance.resource.dependencies.flatMap(({ on, gate }) => {
    const other = world.instances.get(on);
    if (!other?.wanted) return [];
    if (other.pending === undefined && isSatisfied(other.lifecycle, gate)) return [];
    return [blocker(other, gate, isHopeless(world, other, gate, new Set([instance.resource.name])))];
  });
}

/** Whatever depends on it and is going down as well goes first. */
function stopBlockers(world: World, instance: Instance): readonly Blocker[] {
  return dependentsOf(world.stack, instance.resource.name).flatMap((name) => {
    const other = world.instances.get(name);
    if (!other || !isActive(other.lifecycle)) return [];
    if (other.lifecycle.kind !== 'stopping' && !mustStop(other, world.quitting)) return [];
    return [blocker(other, 'stopped', false)];
  });
}

/** Nothing will satisfy the gate unless somebody acts. */
function isHopeless(world: World, other: Instance, gate: Gate, above: ReadonlySet<string>): boolean {
  if (other.pending !== undefined || above.has(other.resource.name)) return false;
  switch (other.lifecycle.kind) {
    case 'failed':
      return true;
    case 'done':
      return gate !== 'done';
    case 'idle': {
      const seen = new Set([...above, other.resource.name]);
      return other.resource.dependencies.some(({ on, gate: next }) => {
        const below = world.instances.get(on);
        return below?.wanted === true && !isSatisfied(below.lifecycle, next) && isHopeless(world, below, next, seen);
      });
    }
    case 'starting':
    case 'running':
    case 'ready':
    case 'stopping':
    case 'backoff':
      return false;
  }
}

function blocker(other: Instance, gate: Blocker['gate'], hopeless: boolean): Blocker {
  const since = sinceOf(other.lifecycle);
  return {
    on: other.resource.name,
    gate,
    lifecycle: other.lifecycle.kind,
    hopeless,
    ...(since === undefined ? {} : { since }),
  };
}

export function sinceOf(at: Lifecycle): number | undefined {
  switch (at.kind) {
    case 'idle':
      return undefined;
    case 'done':
    case 'failed':
      return at.at;
    case 'starting':
    case 'running':
    case 'ready':
    case 'stopping':
    case 'backoff':
      return at.since;
  }
}
