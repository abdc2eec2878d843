import type { BuildValues, Driver, Run, Sink, StartSpec } from '../../core/driver.ts';
import type { ContainerResource, RuntimeChoice } from '../../core/stack.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { ContainerFacts } from '../../kinds/kind.ts';
import type { Builder } from '../container/build/build.ts';
import type { EngineResult, Env, ReachedEngine } from '../container/client.ts';
import { failureOf } from '../container/client.ts';
import type { SharedServer } from '../container/users.ts';
import { createContainerDriver } from '../container/driver.ts';
import { askInContainer } from '../container/exec.ts';
import { ensureImage } from '../container/image.ts';
import type { EnsuredImage } from '../container/image.ts';
import { imageOf, volumeName } from '../container/spec.ts';
import { createFirstStarts } from '../data/first-start.ts';
import { dataFolder, noteContainerData } from '../data/folder.ts';
import { createEmbeddedDriver } from '../embedded/driver.ts';
import { CANCELLED } from '../server/spawn.ts';
import type { SpawnServer } from '../server/spawn.ts';
import type { Launcher } from '../embedded/launcher.ts';
import { createNativeDriver } from '../native/driver.ts';
import { attendServer } from './attend.ts';
import { instanceSpec, reasonOf, serverSpec, sharedFailure } from './shared.ts';
import { chooseRuntime } from './choose.ts';
import type { Chosen } from './choose.ts';
import { resetPassword } from './container-login.ts';
import type { SetUpOptions } from './set-up.ts';

export interface InfraDriverOptions {
  readonly root: string;
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly instance: string;
  readonly stackName: string;
  /** Mark of the user on what the engine keeps. */
  readonly user?: string;
  /** For all resources, whatever they say themselves. */
  readonly runtime?: RuntimeChoice;
  readonly connect: () => Promise<EngineResult>;
  readonly spawnServer: SpawnServer;
  readonly env: Env;
  /** Where what can be made again is kept, for all projects. */
  readonly cacheDir: string;
  readonly readyWithinMs?: number;
  /** Of an embedded server that runs as `nobody`: a folder anybody may look into. */
  readonly openDir?: string;
  /** How an embedded server gets its user, instead of the first way that works. */
  readonly launcher?: Launcher;
  /** `instance` and `state` are those of servers that several instances share. */
  readonly shared?: InstanceInShared;
}

/** What an instance has in servers it shares. */
export interface InstanceInShared extends SharedServer {
  /** The instance's own name of a database of the config. */
  databaseOf(database: string): string;
}

const READY_WITHIN_MS = 120_000;
const NO_VALUES: BuildValues = { args: {}, secrets: {} };

/** Servers of a known engine, in whatever runs them here, and containers of any image. */
export function createInfraDriver(options: InfraDriverOptions): Driver<ContainerResource> {
  const { root, state, instance, stackName, user, connect, env, shared } = options;
  const owner = { root: shared ? state : root, instance, stackName, ...(user !== undefined && { user }) };
  const firstStarts = createFirstStarts(state);
  const container = createContainerDriver({ owner, env, connect, factsOf, firstStarts, ...(shared && { shared }) });
  const native = createNativeDriver(options);
  const postgres = createEmbeddedDriver(options);
  let builder: Promise<Builder> | undefined;

  const ensure = (
    engine: ReachedEngine,
    { resource, build: values = NO_VALUES }: StartSpec<ContainerResource>,
    sink: Sink,
    signal: AbortSignal,
  ): Promise<EnsuredImage> => {
    const { name, build } = resource;
    const progress = (text: string, share?: number) => sink.progress(text, share);
    const request = { resource: name, image: imageOf(resource, instance), env, signal, progress };
    if (!build) return ensureImage(engine, request);
    builder ??= import('../container/build/build.ts').then(({ createBuilder }) => createBuilder(owner));
    const output = (chunk: Uint8Array) => sink.output(chunk);
    return builder.then((one) => one.ensure(engine, { ...request, ...values, build, output }));
  };

  const startChosen = (choice: Chosen, spec: StartSpec<ContainerResource>, sink: Sink, unwanted: AbortSignal): Run => {
    const at = { instance, resource: spec.resource.name };
    const start = (attended: Sink) => {
      switch (choice.kind) {
        case 'docker':
          return container.start(shared ? serverSpec(spec) : spec, attended, choice.image);
        case 'native':
          return native.start(spec, attended, choice.server);
        case 'postgres':
          return postgres.start(spec, attended, {
            binaries: choice.binaries,
            runtime: choice.info.name === 'native' ? 'native' : 'embedded',
          });
      }
    };
    const isPostgresContainer = choice.kind === 'docker' && spec.resource.engine === 'postgres';
    return attendServer(start, {
      spec: shared ? instanceSpec(spec, shared) : spec,
      sink,
      runtime: { ...choice.info, reason: reasonOf(choice.info.reason, spec, stackName) },
      ...(shared && { instance: shared.guest.instance }),
      ...dataOf(choice, spec, instance, state),
      root,
      env,
      readyWithinMs: options.readyWithinMs ?? READY_WITHIN_MS,
      unwanted,
      // Servers of this machine have theirs set before they start.
      ...(isPostgresContainer && { resetPassword: (login) => resetPassword(connect, at, login) }),
      ...(choice.kind === 'docker' && { exec: execIn(connect, at) }),
    });
  };

  return {
    start(spec, sink) {
      const { resource } = spec;
      const unwanted = new AbortController();
      let run: Run | undefined;
      const begin = async (): Promise<void> => {
        const choice = await chooseRuntime({
          spec,
          root,
          state,
          instance,
          ...overrideOf(options, resource),
          connect,
          env,
          signal: unwanted.signal,
          ensureImage: (engine) => ensure(engine, spec, sink, unwanted.signal),
        });
        if (unwanted.signal.aborted) return sink.exited(CANCELLED);
        if (choice.kind === 'failure') {
          const failure = shared ? sharedFailure(choice.failure, spec) : choice.failure;
          return sink.exited({ kind: 'not-started', failure });
        }
        if (choice.kind === 'docker' && keepsData(spec)) {
          const volume = volumeName(instance, resource.name);
          await noteContainerData(state, resource.name, { volume, engine: resource.engine, version: resource.version });
          if (unwanted.signal.aborted) return sink.exited(CANCELLED);
        }
        run = startChosen(choice, spec, sink, unwanted.signal);
      };
      begin().catch((error: unknown) => {
        const failure = failureOf(error, { resource: resource.name, doing: 'choosing its runtime' });
        sink.exited({ kind: 'not-started', failure });
      });
      return {
        stop() {
          unwanted.abort();
          run?.stop();
        },
        kill() {
          unwanted.abort();
          run?.kill();
        },
      };
    },
  };
}

/** An image of the user's has no other way to run than a container. */
function overrideOf({ runtime, shared }: InfraDriverOptions, { engine }: ContainerResource) {
  if (shared) return { override: 'docker' as const };
  return runtime === undefined || engine === 'container' ? {} : { override: runtime };
}

function factsOf(spec: StartSpec<ContainerResource>): ContainerFacts {
  const { engine } = spec.resource;
  return engine === 'container' ? {} : infraEngines[engine].container(spec);
}

function dataOf({ kind }: Chosen, spec: StartSpec<ContainerResource>, instance: string, state: string) {
  const { name } = spec.resource;
  if (!keepsData(spec)) return {};
  return kind === 'docker'
    ? { data: { kind: 'volume' as const, place: volumeName(instance, name) } }
    : { data: { kind: 'folder' as const, place: dataFolder(state, name) } };
}

function keepsData(spec: StartSpec<ContainerResource>): boolean {
  return spec.resource.persist && factsOf(spec).dataFolder !== undefined;
}

function execIn(
  connect: () => Promise<EngineResult>,
  at: { readonly instance: string; readonly resource: string },
): NonNullable<SetUpOptions['exec']> {
  return async (argv) => {
    const engine = await connect();
    return engine.kind === 'unreachable' ? { code: 1, said: engine.reason } : askInContainer(engine, at, argv);
  };
}
