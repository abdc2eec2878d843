import type { RunInfo, Run, Sink, StartSpec } from '../core/driver.ts';
import type { Exit, Failure } from '../core/failure.ts';
import type { Report } from '../core/lifecycle.ts';
import type { HealthCheck, Resource } from '../core/stack.ts';
import type { Effect } from '../core/step.ts';
import type { LogHub, LogWriter } from '../logs/hub.ts';
import { debugEnvironment } from './debug.ts';
import { createLineFeed, type LineFeed } from './line-feed.ts';
import type { EngineParts, ProbeResult } from './ports.ts';
import type { Observed } from './status.ts';

/** Carries effects out and turns what comes back into reports. Holds what is alive: runs, timers, probes. */
export interface Performer {
  perform(effect: Effect, resource: Resource): void;
  /** A line for the standard input of the present run. */
  write(name: string, text: string): boolean;
  /** How large the terminal of a resource is shown, now and in the runs to come; false when its run has none. */
  resize(name: string, columns: number, rows: number): boolean;
  close(): void;
}

export interface PerformerHooks {
  readonly parts: EngineParts;
  readonly hub: LogHub;
  /** Where the inspector of the next run is to listen. */
  debugPortOf(name: string): number | undefined;
  report(name: string, of: { readonly run: number } | { readonly epoch: number }, report: Report): void;
  observe(name: string, change: Partial<Observed>): void;
}

interface Live {
  readonly run: number;
  readonly spec: StartSpec;
  readonly lines: LineFeed;
  info?: RunInfo;
  handle?: Run;
  asked?: 'stop' | 'kill';
}

const NO_PROGRESS = { progress: undefined, progressShare: undefined } as const;

export function createPerformer(hooks: PerformerHooks): Performer {
  const { parts, hub } = hooks;
  const live = new Map<string, Live>();
  const timers = new Map<string, () => void>();
  const probes = new Map<string, () => void>();
  const sizes = new Map<string, readonly [columns: number, rows: number]>();
  const cancel = (map: Map<string, () => void>, name: string): void => {
    map.get(name)?.();
    map.delete(name);
  };

  function perform(effect: Effect, resource: Resource): void {
    const name = effect.resource;
    // Whatever a new epoch does not ask for again is over.
    cancel(timers, name);
    if (effect.kind !== 'timer') cancel(probes, name);
    switch (effect.kind) {
      case 'start':
        start(resource, effect.run);
        return;
      case 'stop':
      case 'kill':
        end(name, effect.run, effect.kind);
        return;
      case 'probe-ready':
      case 'probe-live':
        if (effect.kind === 'probe-live' || !hasOwnCheck(resource))
          probe(resource, effect.kind === 'probe-ready' ? 'ready' : 'live', { epoch: effect.epoch });
        return;
      case 'timer':
        timers.set(
          name,
          parts.clock.timer(effect.ms, () => hooks.report(name, { epoch: effect.epoch }, { kind: 'timeout' })),
        );
        return;
    }
  }

  function start(resource: Resource, run: number): void {
    const { name } = resource;
    hooks.observe(name, { info: undefined, ...NO_PROGRESS, lastProbe: undefined, probes: [] });
    const prepared = parts.prepare(resource, run);
    if (prepared.kind === 'failed') {
      hooks.report(name, { run }, { kind: 'exited', exit: { kind: 'not-started', failure: prepared.failure } });
      return;
    }
    const { kind: _spec, ...found } = prepared;
    const debugPort = hooks.debugPortOf(name);
    const env = debugPort === undefined ? prepared.env : debugEnvironment(prepared.env, debugPort, parts.debugPreload);
    const spec: StartSpec = { ...found, resource, run, env };
    const one: Live = { run, spec, lines: createLineFeed(waitsForLine(resource)) };
    live.set(name, one);
    if (resource.kind === 'task' && resource.inputs.length > 0) {
      const unchangedOrUnknown = parts.tasks.isUnchanged(resource).catch(() => false);
      void unchangedOrUnknown.then((unchanged) => {
        if (live.get(name) !== one) return;
        if (one.asked) exited(one, hub.writer(name), { kind: 'signal', signal: 'SIGTERM', outOfMemory: false });
        else if (unchanged) {
          live.delete(name);
          hooks.report(name, { run }, { kind: 'skipped' });
        } else launch(one);
      });
    } else launch(one);
  }

  function launch(one: Live): void {
    const writer = hub.writer(one.spec.resource.name);
    const handle = startWith(one.spec, sinkOf(one, writer));
    one.handle = handle;
    const size = sizes.get(one.spec.resource.name);
    if (size) handle.resize?.(...size);
    if (one.asked) handle[one.asked]();
  }

  function startWith(spec: StartSpec, sink: Sink): Run {
    const { resource } = spec;
    switch (resource.kind) {
      case 'process':
        return parts.drivers.process.start({ ...spec, resource }, sink);
      case 'task':
        return parts.drivers.task.start({ ...spec, resource }, sink);
      case 'container':
        return parts.drivers.container.start({ ...spec, resource }, sink);
    }
  }

  function sinkOf(one: Live, writer: LogWriter): Sink {
    const { name } = one.spec.resource;
    const of = { run: one.run };
    const isLive = (): boolean => live.get(name) === one;
    return {
      progress: (text, share) => isLive() && hooks.observe(name, { progress: text, progressShare: share }),
      started(info) {
        if (!isLive()) return;
        one.info = info;
        hooks.observe(name, { info, ...NO_PROGRESS });
        hooks.report(name, of, { kind: 'started' });
      },
      trying: (text) => isLive() && hooks.observe(name, { lastProbe: text }),
      ready() {
        if (!isLive()) return;
        hooks.observe(name, NO_PROGRESS);
        // What the config asks for besides comes after what the server itself says.
        if (hasOwnCheck(one.spec.resource)) probe(one.spec.resource, 'ready', of);
        else hooks.report(name, of, { kind: 'ready' });
      },
      notReady: (lastProbe, afterMs) =>
        isLive() && hooks.report(name, of, { kind: 'not-ready', failure: notReady(one, lastProbe, afterMs) }),
      output(chunk) {
        if (!isLive()) return;
        writer.write(chunk);
        one.lines.push(chunk);
      },
      exited: (exit) => isLive() && exited(one, writer, exit),
    };
  }

  function exited(one: Live, writer: LogWriter, exit: Exit): void {
    const { resource } = one.spec;
    live.delete(resource.name);
    cancel(probes, resource.name);
    writer.end();
    if (resource.kind === 'task' && exit.kind === 'code' && resource.successExitCodes.includes(exit.code)) {
      // Not remembered means run again next time: no reason to stop anything.
      parts.tasks.succeeded(resource).catch(() => undefined);
    }
    hooks.observe(resource.name, NO_PROGRESS);
    hooks.report(resource.name, { run: one.run }, { kind: 'exited', exit });
  }

  function end(name: string, run: number, how: 'stop' | 'kill'): void {
    const one = live.get(name);
    if (!one || one.run !== run) return;
    one.asked = how;
    one.handle?.[how]();
  }

  function probe(
    resource: Resource,
    mode: 'ready' | 'live',
    of: { readonly run: number } | { readonly epoch: number },
  ): void {
    const { name } = resource;
    const one = live.get(name);
    const check = resource.health[mode];
    if (!one || !check || (mode === 'live' && check.kind === 'log')) return;
    const onResult = (result: ProbeResult): void => {
      hooks.observe(name, { lastProbe: result.text });
      if (result.kind === 'passed' && mode === 'ready') hooks.report(name, of, { kind: 'ready' });
      if (result.kind !== 'gave-up') return;
      if (mode === 'ready')
        hooks.report(name, of, { kind: 'not-ready', failure: notReady(one, result.text, result.afterMs) });
      else
        hooks.report(name, of, {
          kind: 'unhealthy',
          failure: { code: 'unhealthy', resource: name, failures: result.failures, lastProbe: result.text },
        });
    };
    probes.set(name, parts.startProbe({ resource, check, spec: one.spec, mode, onLine: one.lines.listen }, onResult));
  }

  function notReady(one: Live, lastProbe: string, afterMs: number): Failure {
    const pid = one.info?.pid;
    const expected = Object.values(one.spec.ports)[0];
    return {
      code: 'not-ready',
      resource: one.spec.resource.name,
      afterMs,
      lastProbe,
      listening: pid === undefined ? [] : parts.listeningPorts(pid),
      ...(expected === undefined ? {} : { expected }),
    };
  }

  return {
    perform,
    write(name, text) {
      const handle = live.get(name)?.handle;
      if (!handle?.write) return false;
      handle.write(text);
      return true;
    },
    resize(name, columns, rows) {
      sizes.set(name, [columns, rows]);
      const handle = live.get(name)?.handle;
      if (!handle?.resize) return false;
      handle.resize(columns, rows);
      return true;
    },
    close() {
      for (const map of [timers, probes]) for (const name of map.keys()) cancel(map, name);
    },
  };
}

/** A server of a known engine whose config has a check of its own: it follows the one of its protocol. */
function hasOwnCheck(resource: Resource): boolean {
  return resource.kind === 'container' && resource.engine !== 'container' && resource.health.ready !== undefined;
}

function waitsForLine(resource: Resource): boolean {
  return 'health' in resource && Object.values(resource.health).some(({ kind }: HealthCheck) => kind === 'log');
}
