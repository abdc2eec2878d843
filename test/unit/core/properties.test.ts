import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCycle } from '../../../src/core/graph.ts';
import { isActive, type Report } from '../../../src/core/lifecycle.ts';
import { isSatisfied } from '../../../src/core/reconcile.ts';
import type { Resource, Stack } from '../../../src/core/stack.ts';
import { step, type Effect, type Input } from '../../../src/core/step.ts';
import { createWorld, type World } from '../../../src/core/world.ts';
import { on, processResource, stackOf, taskResource } from '../../rig/stack.ts';

/** Edges only point backwards: any such graph is free of circles. */
const stacks: fc.Arbitrary<Stack> = fc
  .array(
    fc.record({
      task: fc.boolean(),
      probe: fc.boolean(),
      restart: fc.constantFrom('on-failure', 'always', 'no'),
      edges: fc.array(fc.nat(7), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((nodes) =>
    stackOf(
      nodes.map(({ task, probe, restart, edges }, index): Resource => {
        const targets = [...new Set(edges.filter((edge) => edge < index))];
        const dependencies = targets.map((target) => on(`r${target}`, nodes[target]?.task ? 'done' : 'ready'));
        if (task) return taskResource(`r${index}`, { dependencies });
        const ready = { kind: 'tcp', port: 'http', intervalMs: 1, timeoutMs: 1, retries: 1, startPeriodMs: 0 } as const;
        return processResource(`r${index}`, {
          dependencies,
          restart: restart === 'always' || restart === 'no' ? restart : 'on-failure',
          health: probe ? { ready } : {},
        });
      }),
    ),
  );

type Happening =
  | { readonly kind: 'next' }
  | { readonly kind: 'crash' | 'finish' | 'timeout' | 'stale' | 'stop' | 'start' | 'restart'; readonly at: number }
  | { readonly kind: 'up' };

const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Happening>({ kind: 'next' }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('crash', 'finish', 'timeout', 'stale', 'stop', 'start', 'restart'),
        at: fc.nat(7),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'up' }) },
  ),
  { maxLength: 60 },
);

/** A world outside that does what it is asked, when the test lets it. */
class Outside {
  world: World;
  now = 0;
  readonly pending: Effect[] = [];
  readonly violations: string[] = [];

  constructor(stack: Stack) {
    this.world = createWorld(stack);
  }

  take(input: Input): void {
    const before = this.world;
    const result = step(before, input, (this.now += 7));
    this.world = result.world;
    this.pending.push(...result.effects);
    for (const effect of result.effects) {
      if (effect.kind === 'start') this.#checkStart(effect.resource, before);
      if (effect.kind === 'stop') this.#checkStop(effect.resource);
    }
  }

  report(resource: string, report: Report): void {
    const instance = this.world.instances.get(resource);
    if (instance) this.take({ kind: 'report', resource, of: { run: instance.run }, report });
  }

  /** Carries out the oldest effect that is still current. */
  next(): boolean {
    const effect = this.pending.shift();
    if (!effect) return false;
    const { resource, run, epoch } = effect;
    const say = (report: Report, of: { run: number } | { epoch: number }): void =>
      this.take({ kind: 'report', resource, of, report });
    switch (effect.kind) {
      case 'start':
        say({ kind: 'started' }, { run });
        return true;
      case 'probe-ready':
        say({ kind: 'ready' }, { epoch });
        return true;
      case 'stop':
      case 'kill':
        say({ kind: 'exited', exit: { kind: 'signal', signal: 'SIGTERM', outOfMemory: false } }, { run });
        return true;
      case 'timer':
        say({ kind: 'timeout' }, { epoch });
        return true;
      case 'probe-live':
        return true;
    }
  }

  #checkStart(name: string, before: World): void {
    // A retry after a crash keeps the gate it passed.
    if (before.instances.get(name)?.lifecycle.kind === 'backoff') return;
    for (const { on: other, gate } of this.world.instances.get(name)?.resource.dependencies ?? []) {
      const dependency = this.world.instances.get(other);
      if (dependency?.wanted && !isSatisfied(dependency.lifecycle, gate))
        this.violations.push(`${name} started before ${other} was ${gate}`);
    }
  }

  #checkStop(name: string): void {
    for (const { resource, lifecycle, wanted } of this.world.instances.values()) {
      if (!resource.dependencies.some(({ on: other }) => other === name) || !isActive(lifecycle)) continue;
      if (this.world.quitting || !wanted) this.violations.push(`${name} stopped before its dependent ${resource.name}`);
    }
  }
}

function happen(outside: Outside, happening: Happening): void {
  const names = [...outside.world.instances.keys()];
  const nameAt = (at: number): string => names[at % names.length] ?? '';
  switch (happening.kind) {
    case 'next':
      outside.next();
      return;
    case 'crash':
      return outside.report(nameAt(happening.at), { kind: 'exited', exit: { kind: 'code', code: 1 } });
    case 'finish':
      return outside.report(nameAt(happening.at), { kind: 'exited', exit: { kind: 'code', code: 0 } });
    case 'timeout': {
      const instance = outside.world.instances.get(nameAt(happening.at));
      return outside.take({
        kind: 'report',
        resource: nameAt(happening.at),
        of: { epoch: instance?.epoch ?? 0 },
        report: { kind: 'timeout' },
      });
    }
    case 'stale': {
      const before = outside.world;
      outside.take({
        kind: 'report',
        resource: nameAt(happening.at),
        of: { run: -1 },
        report: { kind: 'exited', exit: { kind: 'code', code: 1 } },
      });
      expect(outside.world).toBe(before);
      return;
    }
    case 'up':
      return outside.take({ kind: 'command', command: { kind: 'up', names, deps: true } });
    case 'stop':
      return outside.take({ kind: 'command', command: { kind: 'stop', names: [nameAt(happening.at)] } });
    case 'start':
      return outside.take({ kind: 'command', command: { kind: 'start', names: [nameAt(happening.at)] } });
    case 'restart':
      return outside.take({
        kind: 'command',
        command: { kind: 'restart', names: [nameAt(happening.at)], cause: { kind: 'asked' } },
      });
  }
}

test('whatever happens, gates hold, stops go in reverse, and nothing gets stuck', () => {
  fc.assert(
    fc.property(stacks, happenings, (stack, events) => {
      const outside = new Outside(stack);
      outside.take({
        kind: 'command',
        command: { kind: 'up', names: stack.resources.map(({ name }) => name), deps: true },
      });
      for (const event of events) happen(outside, event);
      // An obedient world and no more commands: everything comes to rest.
      for (let left = 5000; outside.next(); left--) if (left === 0) throw new Error('it never comes to rest');
      for (const { lifecycle, wanted, pending, resource } of outside.world.instances.values()) {
        // A task that nobody ends goes on running: that is its rest.
        const rests = [resource.kind === 'task' ? 'running' : 'ready', 'idle', 'done', 'failed'];
        expect([resource.name, rests.includes(lifecycle.kind) || lifecycle.kind]).toEqual([resource.name, true]);
        expect(
          pending === undefined ||
            !wanted ||
            lifecycle.kind === 'idle' ||
            lifecycle.kind === 'done' ||
            lifecycle.kind === 'failed',
        ).toBe(true);
      }
      outside.take({ kind: 'command', command: { kind: 'quit' } });
      for (let left = 5000; outside.next(); left--) if (left === 0) throw new Error('it never ends');
      expect([...outside.world.instances.values()].filter(({ lifecycle }) => isActive(lifecycle))).toEqual([]);
      expect(outside.violations).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('with an obedient world every wanted resource comes up', () => {
  fc.assert(
    fc.property(stacks, (stack) => {
      const outside = new Outside(stack);
      outside.take({
        kind: 'command',
        command: { kind: 'up', names: stack.resources.map(({ name }) => name), deps: true },
      });
      const finished = new Set<string>();
      for (let left = 2000; left > 0; left--) {
        if (outside.next()) continue;
        const running = [...outside.world.instances.values()].find(
          ({ resource, lifecycle }) =>
            resource.kind === 'task' && lifecycle.kind === 'running' && !finished.has(resource.name),
        );
        if (!running) break;
        finished.add(running.resource.name);
        outside.report(running.resource.name, { kind: 'exited', exit: { kind: 'code', code: 0 } });
      }
      for (const { resource, lifecycle } of outside.world.instances.values())
        expect(lifecycle.kind).toBe(resource.kind === 'task' ? 'done' : 'ready');
      expect(outside.violations).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('a circle of gates is found with its path, and only then', () => {
  expect(
    findCycle([
      processResource('api', { dependencies: [on('migrate')] }),
      taskResource('migrate', { dependencies: [on('api')] }),
    ]),
  ).toEqual(['api', 'migrate', 'api']);
  fc.assert(fc.property(stacks, (stack) => findCycle(stack.resources) === undefined));
});
