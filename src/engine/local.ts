import type { Engine, EngineEvent, Outcome, ResourceStatus, Snapshot } from '../core/engine.ts';
import type { Command } from '../core/command.ts';
import type { Failure } from '../core/failure.ts';
import { dependentsOf } from '../core/graph.ts';
import { isActive } from '../core/lifecycle.ts';
import type { Stack } from '../core/stack.ts';
import { step, type Input } from '../core/step.ts';
import { createWorld, type Instance, type World } from '../core/world.ts';
import type { LogHub } from '../logs/hub.ts';
import { queryLogs, type Wait } from '../logs/query.ts';
import { createBus } from './bus.ts';
import { maskedStatus } from './masked.ts';
import { attachHint } from './debug.ts';
import { createPerformer } from './perform.ts';
import type { EngineParts } from './ports.ts';
import { refusalOf } from './refusal.ts';
import { statusOf, type Observed } from './status.ts';

export interface LocalEngine extends Engine {
  readonly world: () => World;
  snapshot(): Snapshot;
  notify(level: 'info' | 'warn' | 'error', text: string): void;
  /** A failure that stops nothing (a broken dev build), or its end. */
  trouble(name: string, failure: Failure | undefined): void;
  /** What is going on with a resource, beside its lifecycle. */
  progress(name: string, text: string | undefined): void;
  write(name: string, text: string): boolean;
  /** How large the terminal of a resource is shown, in characters. */
  resize(name: string, columns: number, rows: number): boolean;
  /** Resolves when it was told to quit and nothing runs any more. */
  readonly ended: Promise<void>;
}

const PROBES_KEPT = 5;

/** The one mutable loop: input → step → publish → perform. */
export function createEngine(stack: Stack, parts: EngineParts, hub: LogHub): LocalEngine {
  const startedAt = parts.clock.now();
  const observed = new Map<string, Observed>();
  const queue: Input[] = [];
  let world = createWorld(stack);
  let revision = 0;
  let applied = 0;
  let running = false;
  let over = false;
  const waiting = new Set<() => void>();
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const bus = createBus(snapshot);
  const performer = createPerformer({
    parts,
    hub,
    debugPortOf: (name) => world.instances.get(name)?.debugPort,
    report: (resource, of, report) => enqueue({ kind: 'report', resource, of, report }),
    observe(name, change) {
      const known = observedOf(name);
      if (change.lastProbe !== undefined && change.lastProbe !== known.lastProbe)
        known.probes = [...(known.probes ?? []), { at: parts.clock.now(), text: change.lastProbe }].slice(-PROBES_KEPT);
      Object.assign(known, change);
      publish(name);
    },
  });

  function observedOf(name: string): Observed {
    const known = observed.get(name);
    if (known) return known;
    const resource = world.instances.get(name)?.resource;
    const fresh: Observed = resource ? { ...parts.addressesOf(resource) } : { ports: {}, urls: {} };
    observed.set(name, fresh);
    return fresh;
  }

  function snapshot(): Snapshot {
    return {
      stack: world.stack.name,
      instance: parts.instance,
      pid: process.pid,
      startedAt,
      revision,
      quitting: world.quitting,
      applied,
      statuses: [...world.instances.values()].map(currentStatus),
    };
  }

  /** All that leaves about a resource, to whomever. */
  function currentStatus(instance: Instance): ResourceStatus {
    return maskedStatus(statusOf(world, instance, observedOf(instance.resource.name)), hub.masker.text);
  }

  function publish(name: string): void {
    const instance = world.instances.get(name);
    revision += 1;
    const event: EngineEvent = instance
      ? { kind: 'status', revision, status: currentStatus(instance) }
      : { kind: 'removed', revision, name };
    bus.publish(event);
  }

  function enqueue(input: Input): void {
    queue.push(input);
    if (running) return;
    running = true;
    try {
      for (let next = queue.shift(); next; next = queue.shift()) take(next);
    } finally {
      running = false;
    }
  }

  function take(input: Input): void {
    const before = world;
    const result = step(before, input, parts.clock.now());
    world = result.world;
    if (world.stack !== before.stack) applied += 1;
    if (world.stack !== before.stack || world.quitting !== before.quitting)
      bus.publish({ kind: 'snapshot', snapshot: snapshot() });
    for (const name of affected(before, result.changed)) publish(name);
    // Native processes first: loading a container client would hold them up.
    const ordered = result.effects.toSorted((a, b) => rank(a.resource) - rank(b.resource));
    for (const effect of ordered) {
      const resource = (world.instances.get(effect.resource) ?? before.instances.get(effect.resource))?.resource;
      if (resource) performer.perform(effect, resource);
    }
    if (world.quitting && !over && [...world.instances.values()].every(({ lifecycle }) => !isActive(lifecycle))) {
      over = true;
      performer.close();
      bus.publish({ kind: 'ended' });
      bus.close();
      for (const stopWaiting of waiting) stopWaiting();
      finish();
    }
  }

  function rank(name: string): number {
    return world.instances.get(name)?.resource.kind === 'container' ? 1 : 0;
  }

  /** The changed ones, and those that wait for them: what blocks them may read differently now. */
  function affected(before: World, changed: ReadonlySet<string>): ReadonlySet<string> {
    const names = new Set<string>();
    const queue = [...changed];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (names.has(name)) continue;
      names.add(name);
      queue.push(...dependentsOf(world.stack, name));
    }
    for (const name of changed) {
      const instance = world.instances.get(name) ?? before.instances.get(name);
      for (const { on } of instance?.resource.dependencies ?? []) names.add(on);
    }
    return names;
  }

  async function send(command: Command): Promise<Outcome> {
    const failure = refusalOf(world, parts.instance, command);
    if (failure) return { kind: 'refused', failure };
    if (command.kind === 'apply') await parts.admit(command.stack);
    if (command.kind === 'move-port') await movePort(command.name);
    enqueue({ kind: 'command', command: command.kind === 'debug' ? await withDebugPort(command) : command });
    if (command.kind === 'apply') refreshAddresses();
    if (command.kind === 'debug') tellHowToAttach(command.name);
    return { kind: 'accepted' };
  }

  async function withDebugPort(command: Extract<Command, { kind: 'debug' }>): Promise<Command> {
    const instances = [...world.instances.values()];
    if (command.port !== 'auto' || world.instances.get(command.name)?.debugPort !== undefined) return command;
    const port = await parts.freeDebugPort(instances.flatMap(({ debugPort }) => debugPort ?? []));
    return { ...command, port };
  }

  function tellHowToAttach(name: string): void {
    const port = world.instances.get(name)?.debugPort;
    if (port !== undefined) bus.publish({ kind: 'notice', level: 'info', text: attachHint(name, port) });
  }

  async function movePort(name: string): Promise<void> {
    const instance = world.instances.get(name);
    if (instance?.lifecycle.kind !== 'failed' || instance.lifecycle.failure.code !== 'port-in-use') return;
    const { port } = instance.lifecycle.failure;
    const taken = Object.entries(observedOf(name).ports).find(([, number]) => number === port)?.[0];
    if (taken === undefined) return;
    await parts.movePort(name, taken);
    refreshAddresses();
    for (const other of world.instances.keys()) publish(other);
  }

  /** A new config may move ports and links; what runs keeps what is known of its run. */
  function refreshAddresses(): void {
    for (const [name, known] of observed) {
      const instance = world.instances.get(name);
      if (instance) Object.assign(known, parts.addressesOf(instance.resource));
      else observed.delete(name);
    }
  }

  const waitForLines: Wait = (signal) =>
    new Promise((resolve) => {
      const done = (more: boolean): void => {
        off();
        waiting.delete(aborted);
        signal.removeEventListener('abort', aborted);
        resolve(more);
      };
      const aborted = (): void => done(false);
      const off = hub.onAppend(() => done(true));
      signal.addEventListener('abort', aborted);
      waiting.add(aborted);
      if (signal.aborted || over) aborted();
    });

  return {
    watch: (signal) => bus.watch(signal),
    logs(query, signal) {
      // Who asks once may go on reading where it is stored.
      if (!query.follow) hub.flushWithTimes();
      return queryLogs(hub, query, waitForLines, signal);
    },
    send,
    world: () => world,
    snapshot,
    notify: (level, text) => bus.publish({ kind: 'notice', level, text: hub.masker.text(text) }),
    trouble(name, failure) {
      observedOf(name).trouble = failure;
      publish(name);
    },
    progress(name, text) {
      Object.assign(observedOf(name), { progress: text, progressShare: undefined });
      publish(name);
    },
    write: (name, text) => performer.write(name, text),
    resize: (name, columns, rows) => performer.resize(name, columns, rows),
    ended,
  };
}
