import type { Run, RunInfo, Sink, StartSpec } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { provision } from '../postgres/provision.ts';
import { waitForServer } from '../postgres/ready.ts';
import type { Readiness } from '../postgres/ready.ts';

export interface AttendOptions {
  readonly spec: StartSpec<ContainerResource>;
  readonly sink: Sink;
  readonly runtime: RunInfo['runtime'];
  readonly root: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly readyWithinMs: number;
  /** Nobody wants the run any more. */
  readonly unwanted: AbortSignal;
  /** Lets the user in after a refusal, where the runtime can; tells whether it did. */
  readonly resetPassword: (login: { readonly user: string; readonly password: string }) => Promise<boolean>;
}

interface ServerRun extends Run {
  /** Told once the server lets its user in. */
  serving?(): void;
}

/** Starts a Postgres server and makes it what the config says; the same whatever runs it. */
export function attendPostgres(start: (sink: Sink) => ServerRun, options: AttendOptions): Run {
  const { spec, sink, runtime, unwanted } = options;
  const over = new AbortController();
  let failure: Failure | undefined;
  let killTimer: NodeJS.Timeout | undefined;

  const giveUp = (reason: Failure) => {
    failure = reason;
    run.stop();
    killTimer = setTimeout(() => run.kill(), spec.resource.stop.graceMs);
  };
  const run = start({
    progress: (text) => sink.progress(text),
    output: (chunk) => sink.output(chunk),
    ready: () => sink.ready(),
    notReady: (lastProbe, afterMs) => sink.notReady(lastProbe, afterMs),
    started(info) {
      sink.started({ ...info, ...(runtime && { runtime }) });
      // A turn later, when `run` is there even if the driver started at once.
      queueMicrotask(() => void makeReady(options, AbortSignal.any([over.signal, unwanted]), run, giveUp));
    },
    exited(exit) {
      over.abort();
      clearTimeout(killTimer);
      sink.exited(failure ? { kind: 'not-started', failure } : exit);
    },
  });
  return run;
}

async function makeReady(
  options: AttendOptions,
  signal: AbortSignal,
  run: ServerRun,
  giveUp: (failure: Failure) => void,
): Promise<void> {
  const { spec, sink, root, env } = options;
  const { resource, ports, credentials } = spec;
  const [port] = Object.values(ports);
  const { user, password, database } = credentials ?? { user: 'postgres', password: '', database: 'postgres' };
  const login = { port: port ?? 0, user, password };
  try {
    const readiness = await waitUntilLetIn(options, login, signal);
    switch (readiness.kind) {
      case 'cancelled':
        return;
      case 'refused':
        run.serving?.();
        sink.notReady(readiness.lastProbe, readiness.afterMs);
        return;
      case 'not-ready':
        sink.notReady(readiness.lastProbe, readiness.afterMs);
        return;
      case 'ready':
        run.serving?.();
        break;
    }
    const failure = await provision({
      resource: resource.name,
      login,
      database,
      databases: resource.settings.databases,
      init: resource.settings.init,
      root,
      env,
      signal,
      progress: (text) => sink.progress(text),
      output: (chunk) => sink.output(chunk),
    });
    if (signal.aborted) return;
    if (failure) giveUp(failure);
    else sink.ready();
  } catch (error) {
    // A server that ends meanwhile breaks the connection; its own exit says more.
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    giveUp({ code: 'container-failed', resource: resource.name, doing: 'preparing its databases', reason });
  }
}

async function waitUntilLetIn(
  options: AttendOptions,
  login: { readonly port: number; readonly user: string; readonly password: string },
  signal: AbortSignal,
): Promise<Readiness> {
  const patience = { limitMs: options.readyWithinMs, signal };
  const first = await waitForServer(login, patience);
  if (first.kind !== 'refused') return first;
  const isReset = await options.resetPassword(login).catch(() => false); // then the refusal itself is shown
  return isReset ? waitForServer(login, patience) : first;
}
