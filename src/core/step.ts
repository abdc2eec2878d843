import { applyCommand } from './apply.ts';
import type { Command } from './command.ts';
import { effectsOf, isActive, transition, type Lifecycle, type LifecycleEffect, type Report } from './lifecycle.ts';
import { blockersOf, mustStart, mustStop } from './reconcile.ts';
import { policyOf, type Instance, type World } from './world.ts';

/** What happened: somebody asked, or the outside told. A report is about a run (drivers) or an epoch (timers, probes). */
export type Input =
  | { readonly kind: 'command'; readonly command: Command }
  | {
      readonly kind: 'report';
      readonly resource: string;
      readonly of: { readonly run: number } | { readonly epoch: number };
      readonly report: Report;
    };

/** What the core asks of the outside, for one run or epoch of one resource. */
export type Effect = LifecycleEffect & { readonly resource: string; readonly run: number; readonly epoch: number };

export interface Step {
  readonly world: World;
  readonly effects: readonly Effect[];
  /** Names of resources whose status may differ now. */
  readonly changed: ReadonlySet<string>;
}

/** The whole core: what is, plus what happened, is what will be and what to do about it. */
export function step(world: World, input: Input, now: number): Step {
  const draft = createDraft(world, now);
  switch (input.kind) {
    case 'command':
      draft.replace(applyCommand(world, input.command));
      if (input.command.kind === 'kill') killAll(draft);
      break;
    case 'report':
      report(draft, input, now);
      break;
  }
  settle(draft, now);
  return draft.finish();
}

interface Draft {
  readonly world: () => World;
  readonly now: number;
  replace(world: World): void;
  set(name: string, instance: Instance): void;
  move(name: string, lifecycle: Lifecycle, change?: Partial<Instance>): void;
  forget(name: string): void;
  finish(): Step;
}

function createDraft(before: World, now: number): Draft {
  let world = before;
  let instances: Map<string, Instance> | undefined;
  const effects: Effect[] = [];
  const changed = new Set<string>();
  const writable = (): Map<string, Instance> => {
    if (!instances) {
      instances = new Map(world.instances);
      world = { ...world, instances };
    }
    return instances;
  };
  const draft: Draft = {
    world: () => world,
    now,
    replace(next) {
      for (const [name, instance] of next.instances) if (before.instances.get(name) !== instance) changed.add(name);
      if (next.quitting !== before.quitting) for (const name of next.instances.keys()) changed.add(name);
      world = next;
      instances = undefined;
    },
    set(name, instance) {
      writable().set(name, instance);
      changed.add(name);
    },
    move(name, lifecycle, change = {}) {
      const old = world.instances.get(name);
      if (!old || old.lifecycle === lifecycle) return;
      const starts = lifecycle.kind === 'starting';
      const instance: Instance = {
        ...old,
        ...change,
        lifecycle,
        epoch: old.epoch + 1,
        run: starts ? old.run + 1 : old.run,
        restarts: starts && old.run > 0 ? old.restarts + 1 : old.restarts,
        ...(starts ? { firstStartAt: old.firstStartAt ?? now, runStartAt: now } : {}),
        ...((lifecycle.kind === 'ready' || lifecycle.kind === 'done') && old.readyAt === undefined
          ? { readyAt: now }
          : {}),
        ...(old.lifecycle.kind === 'ready' ? { leftReadyAt: now } : {}),
      };
      draft.set(name, instance);
      for (const effect of effectsOf(old.lifecycle, lifecycle, policyOf(old.resource))) {
        effects.push({ ...effect, resource: name, run: instance.run, epoch: instance.epoch });
      }
    },
    forget(name) {
      writable().delete(name);
      changed.add(name);
    },
    finish: () => ({ world, effects, changed }),
  };
  return draft;
}

function report(draft: Draft, input: Extract<Input, { kind: 'report' }>, now: number): void {
  const instance = draft.world().instances.get(input.resource);
  if (!instance) return;
  const current = 'run' in input.of ? input.of.run === instance.run : input.of.epoch === instance.epoch;
  if (!current) return;
  draft.move(input.resource, transition(instance.lifecycle, input.report, policyOf(instance.resource), now));
}

function killAll(draft: Draft): void {
  for (const [name, { lifecycle }] of draft.world().instances) {
    if (!isActive(lifecycle) || (lifecycle.kind === 'stopping' && lifecycle.killed)) continue;
    draft.move(name, { kind: 'stopping', killed: true, since: draft.now, next: { kind: 'rest' } });
  }
}

/** Drives every instance towards its desired state until nothing moves. Each pass moves at least one, so it ends. */
function settle(draft: Draft, now: number): void {
  for (let moved = true; moved;) {
    moved = false;
    // An iterator would leave three objects behind for each of hundreds, at every input.
    draft.world().instances.forEach((instance, name) => {
      if (drive(draft, name, instance, now)) moved = true;
    });
  }
}

function drive(draft: Draft, name: string, instance: Instance, now: number): boolean {
  const world = draft.world();
  if (instance.removed && !isActive(instance.lifecycle)) {
    draft.forget(name);
    return true;
  }
  if (mustStop(instance, world.quitting)) {
    if (instance.lifecycle.kind === 'backoff') {
      draft.move(name, { kind: 'idle' });
      return true;
    }
    if (blockersOf(world, instance).length > 0) return false;
    draft.move(name, { kind: 'stopping', killed: false, since: now, next: { kind: 'rest' } });
    return true;
  }
  if (!mustStart(instance, world.quitting) || blockersOf(world, instance).length > 0) return false;
  const { pending, ...rest } = instance;
  draft.set(name, pending === undefined ? instance : { ...rest, lastCause: pending });
  draft.move(name, { kind: 'starting', attempt: 1, since: now });
  return true;
}
