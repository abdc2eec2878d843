import type { Driver, Run, Sink, StartSpec } from '../../src/core/driver.ts';
import type { EngineParts } from '../../src/engine/ports.ts';

/** A run in the hands of the test. */
export interface FakeRun {
  readonly name: string;
  readonly spec: StartSpec;
  readonly sink: Sink;
}

/** Drivers whose runs start when told to start and do as the test says; a stop is obeyed at once. */
export function createFakeParts(): { readonly parts: EngineParts; next(name: string): Promise<FakeRun> } {
  const arrived: FakeRun[] = [];
  let waiting: (() => void)[] = [];
  const driver: Driver = {
    start(spec, sink): Run {
      arrived.push({ name: spec.resource.name, spec, sink });
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
      sink.started({ pid: 4242 });
      const end = (): void => sink.exited({ kind: 'signal', signal: 'SIGTERM', outOfMemory: false });
      return { stop: end, kill: end };
    },
  };
  const parts: EngineParts = {
    instance: 'test-000000',
    clock: {
      now: Date.now,
      timer(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    drivers: { process: driver, task: driver, container: driver },
    startProbe: () => () => undefined,
    prepare: () => ({ kind: 'spec', env: {}, ports: {} }),
    addressesOf: () => ({ ports: {}, urls: {} }),
    admit: () => Promise.resolve(),
    movePort: () => Promise.resolve(),
    freeDebugPort: (taken) => Promise.resolve(9229 + taken.length),
    debugPreload: '/bin/inspect.cjs',
    tasks: { isUnchanged: () => Promise.resolve(false), succeeded: () => Promise.resolve() },
    listeningPorts: () => [],
  };
  return {
    parts,
    async next(name) {
      for (;;) {
        const index = arrived.findIndex((run) => run.name === name);
        const [run] = index < 0 ? [] : arrived.splice(index, 1);
        if (run) return run;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
