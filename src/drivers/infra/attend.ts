import type { Run, RunInfo, Sink } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { ReadyCheck, ServerSpec } from '../../kinds/kind.ts';
import { portOf } from '../../kinds/native.ts';
import { attemptHttp } from '../probe/attempt.ts';
import type { Login } from '../sql/dialect.ts';
import { waitUntilReady } from '../server/attempt.ts';
import type { Attempt, Readiness } from '../server/attempt.ts';
import { converse } from '../server/converse.ts';
import { loadDialect } from './dialects.ts';
import { setUpServer } from './set-up.ts';
import type { SetUpOptions } from './set-up.ts';

export interface AttendOptions {
  readonly spec: ServerSpec;
  readonly sink: Sink;
  readonly runtime: RunInfo['runtime'];
  readonly data?: RunInfo['data'];
  readonly root: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly readyWithinMs: number;
  /** Nobody wants the run any more. */
  readonly unwanted: AbortSignal;
  /** Lets the user in after a refusal, where the runtime can; tells why it could not. */
  readonly resetPassword?: (login: Login) => Promise<string | undefined>;
  readonly exec?: SetUpOptions['exec'];
  /** Of a server that instances share: whose databases are made. */
  readonly instance?: string;
}

interface ServerRun extends Run {
  /** Told once the server lets its user in. */
  serving?(): void;
}

const HTTP_WITHIN_MS = 3000;

/** Starts a server and makes it what the config says; the same whatever runs it. */
export function attendServer(start: (sink: Sink) => ServerRun, options: AttendOptions): Run {
  const { spec, sink, runtime, data, unwanted } = options;
  const over = new AbortController();
  let failure: Failure | undefined;
  let killTimer: NodeJS.Timeout | undefined;

  const giveUp = (reason: Failure) => {
    failure = reason;
    run.stop();
    killTimer = setTimeout(() => run.kill(), spec.resource.stop.graceMs);
  };
  const run = start({
    progress: (text, share) => sink.progress(text, share),
    trying: (text) => sink.trying(text),
    output: (chunk) => sink.output(chunk),
    ready: () => sink.ready(),
    notReady: (lastProbe, afterMs) => sink.notReady(lastProbe, afterMs),
    started(info) {
      sink.started({ ...info, ...(runtime && { runtime }), ...(data && { data }) });
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
  const { spec, sink, readyWithinMs } = options;
  const { engine, name } = spec.resource;
  // Any other image is ready when its own check says so.
  if (engine === 'container') {
    if (!spec.resource.health.ready) sink.ready();
    return;
  }
  try {
    const kind = infraEngines[engine];
    const check = kind.ready(spec);
    const readiness = await waitUntilLetIn(options, check, signal);
    if (readiness.kind === 'cancelled') return;
    if (readiness.kind !== 'not-ready') run.serving?.();
    if (readiness.kind !== 'ready') return sink.notReady(readiness.lastProbe, readiness.afterMs);
    const patience = { limitMs: readyWithinMs, signal, progress: (text: string) => sink.progress(text) };
    const failure =
      (check.kind === 'sql' ? await provision(options, check.dialect, signal) : undefined) ??
      (await setUpServer(spec, kind.setUp?.(spec) ?? [], { ...patience, ...(options.exec && { exec: options.exec }) }));
    if (signal.aborted) return;
    if (failure) giveUp(failure);
    else sink.ready();
  } catch (error) {
    // A server that ends meanwhile breaks the connection; its own exit says more.
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    giveUp({ code: 'container-failed', resource: name, doing: 'making it what the config says', reason });
  }
}

async function provision(
  { spec, sink, root, env, instance }: AttendOptions,
  dialect: 'postgres' | 'mysql',
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const { resource, credentials } = spec;
  return (await loadDialect(dialect)).provision({
    resource: resource.name,
    login: loginOf(spec),
    database: credentials?.database ?? 'postgres',
    databases: resource.settings.databases,
    ...(instance !== undefined && { instance }),
    init: resource.settings.init,
    root,
    env,
    signal,
    progress: (text) => sink.progress(text),
    output: (chunk) => sink.output(chunk),
  });
}

async function waitUntilLetIn(options: AttendOptions, check: ReadyCheck, signal: AbortSignal): Promise<Readiness> {
  const patience = { limitMs: options.readyWithinMs, signal };
  const look = await lookOf(options.spec, check);
  const first = await waitUntilReady(look, patience, (text) => options.sink.trying(text));
  if (first.kind !== 'refused' || !options.resetPassword) return first;
  const obstacle = await options.resetPassword(loginOf(options.spec)).catch(String);
  if (obstacle === undefined) return waitUntilReady(look, patience);
  return { ...first, lastProbe: `${first.lastProbe}; its password could not be changed: ${obstacle}` };
}

async function lookOf(spec: ServerSpec, check: ReadyCheck): Promise<() => Promise<Attempt>> {
  switch (check.kind) {
    case 'sql': {
      const { attempt } = await loadDialect(check.dialect);
      return () => attempt(loginOf(spec));
    }
    case 'conversation':
      return () => converse(portOf(spec, check.port), check.conversation);
    case 'http':
      return async () => {
        const { ok, text } = await attemptHttp(portOf(spec, check.port), check.path, HTTP_WITHIN_MS);
        return { kind: ok ? 'ready' : 'not-yet', text };
      };
  }
}

function loginOf({ ports, credentials }: ServerSpec): Login {
  const { user, password } = credentials ?? { user: 'postgres', password: '' };
  return { port: Object.values(ports)[0] ?? 0, user, password };
}
