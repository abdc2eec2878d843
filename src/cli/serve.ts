import path from 'node:path';
import type { LoadedConfig } from '../config/load.ts';
import type { Failure } from '../core/failure.ts';
import type { ProcessResource, Stack } from '../core/stack.ts';
import type { Viewing } from '../core/viewing.ts';
import { createReloader, watchSetOf } from '../engine/reload.ts';
import { serveEngine } from '../daemon/server.ts';
import { createWatcher } from '../watch/watcher.ts';
import type { Assembly } from './assemble/engine.ts';
import { prepareRun } from './assemble/environment.ts';
import { clock } from './clock.ts';
import type { Context } from './context.ts';
import { watchGateway } from './gateway-watch.ts';
import { buildOnce } from './build.ts';
import type { LiveConfig } from './live-config.ts';

export interface Services {
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly config: LiveConfig;
  readonly viewing: Viewing;
  readonly watch: boolean;
}

/** What may begin once the first processes run: the socket for other commands, and the watcher. */
export async function startServices(context: Context, assembly: Assembly, options: ServiceOptions): Promise<Services> {
  const { engine, socket, instance } = assembly;
  tellOverrides(assembly, options.config.latest());
  const server = await serveEngine({ engine, viewing: options.viewing }, { socket, instance });
  const gateway = watchGateway(assembly);
  const watcher = options.watch ? watch(context, assembly, options) : watchWhenAsked(context, assembly, options);
  return {
    async close() {
      gateway.close();
      await watcher.close();
      await server.close();
    },
  };
}

/** Nothing is watched until somebody turns it on for a resource, and then only what resources watch. */
function watchWhenAsked(context: Context, assembly: Assembly, options: ServiceOptions): Services {
  const { engine } = assembly;
  const over = new AbortController();
  const names = watchSetOf(options.config.latest().stack, []).targets.map(({ name }) => name);
  void engine.send({ kind: 'watch', names, on: false });
  const started = (async (): Promise<Services | undefined> => {
    for await (const event of engine.watch(over.signal))
      if (event.kind === 'status' && event.status.watching === true) return watch(context, assembly, options);
    return undefined;
  })();
  return {
    async close() {
      over.abort();
      await (await started)?.close();
    },
  };
}

function watch(context: Context, assembly: Assembly, options: ServiceOptions): Services {
  const { config } = options;
  const { engine } = assembly;
  const stack = (): Stack => engine.world().stack;
  const builds = new AbortController();
  const show = (name: string): string => path.relative(stack().root, name) || name;
  const reloader = createReloader({
    stack,
    show,
    now: clock.now,
    isUp: (name) => {
      const kind = engine.world().instances.get(name)?.lifecycle.kind;
      return kind === 'ready' || kind === 'running' || kind === 'stopping' || kind === 'starting';
    },
    isWatching: (name) => engine.world().instances.get(name)?.watching ?? false,
    send: (command) => void engine.send(command),
    build: (resource) => build(resource),
    trouble: (name, failure) => engine.trouble(name, failure),
    progress: (name, text) => engine.progress(name, text),
    reloadConfig: () => void config.reload(),
    timer: timerAfterEvents,
  });
  const watched = () => {
    const { stack: latest, files, localFiles } = config.latest();
    return watchSetOf(latest, [...files, ...localFiles]);
  };
  const first = watched();
  const watcher = createWatcher({
    targets: first.targets,
    files: options.watch ? first.files : [],
    onChange: (changes) => reloader.onChanges(changes),
    onProblem: (text) => engine.notify('warn', text),
    ...(options.watch && { since: engine.snapshot().startedAt }),
  });

  async function build(resource: ProcessResource): Promise<Failure | undefined> {
    const prepared = prepareRun(stack(), resource, assembly.values(), context.env);
    if (prepared.kind === 'failed') return prepared.failure;
    const writer = assembly.hub.writer(resource.name);
    const exit = await buildOnce(
      {
        command: resource.buildDev ?? '',
        cwd: resource.cwd,
        env: prepared.env,
        runId: assembly.sessionId,
        signal: builds.signal,
      },
      (chunk) => writer.write(chunk),
    );
    writer.end();
    if (exit.kind === 'code' && exit.code === 0) return undefined;
    return { code: 'build-failed', resource: resource.name, command: resource.buildDev ?? '', exit };
  }

  config.onApplied(() => {
    watcher.update(watched());
    tellOverrides(assembly, config.latest());
  });

  return {
    async close() {
      builds.abort();
      await watcher.close();
    },
  };
}

/** Whoever wonders why it is not as the config says. */
function tellOverrides({ engine }: Assembly, { local }: LoadedConfig): void {
  if (local) engine.notify('info', `${path.basename(local.file)} overrides the config`);
}

/** After a stall timers come before file events; two immediates later what was saved meanwhile has been told. */
function timerAfterEvents(ms: number, callback: () => void): () => void {
  let later: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    later = setImmediate(() => {
      later = setImmediate(callback);
    });
  }, ms);
  return () => {
    clearTimeout(timer);
    if (later) clearImmediate(later);
  };
}
