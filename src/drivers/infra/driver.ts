import type { Driver, Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Exit } from '../../core/failure.ts';
import type { ContainerResource, RuntimeChoice } from '../../core/stack.ts';
import { isStartable } from '../../core/startable.ts';
import type { EngineResult, Env } from '../container/client.ts';
import { failureOf } from '../container/client.ts';
import { createContainerDriver } from '../container/driver.ts';
import { volumeName } from '../container/spec.ts';
import { createEmbeddedDriver } from '../embedded/driver.ts';
import type { SpawnServer } from '../embedded/driver.ts';
import type { Launcher } from '../embedded/launcher.ts';
import { noteContainerData } from '../embedded/places.ts';
import { attendPostgres } from './attend.ts';
import { chooseRuntime } from './choose.ts';
import type { Choice } from './choose.ts';
import { resetPassword } from './container-login.ts';
import { postgresImage } from './postgres-image.ts';

export interface InfraDriverOptions {
  readonly root: string;
  readonly instance: string;
  readonly stackName: string;
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
}

const READY_WITHIN_MS = 120_000;
const CANCELLED: Exit = { kind: 'signal', signal: 'SIGTERM', outOfMemory: false };

/** Servers of a known engine, in whatever runs them here. */
export function createInfraDriver(options: InfraDriverOptions): Driver<ContainerResource> {
  const { root, instance, stackName, connect, env } = options;
  const container = createContainerDriver({
    owner: { root, instance, stackName },
    env,
    connect,
    imageFacts: postgresImage,
  });
  const embedded = createEmbeddedDriver(options);

  const startChosen = (choice: Started, spec: StartSpec<ContainerResource>, sink: Sink, unwanted: AbortSignal): Run => {
    const driver = choice.kind === 'docker' ? container : embedded;
    const at = { instance, resource: spec.resource.name };
    return attendPostgres((attended) => driver.start(spec, attended), {
      spec,
      sink,
      runtime: choice.info,
      root,
      env,
      readyWithinMs: options.readyWithinMs ?? READY_WITHIN_MS,
      unwanted,
      // The embedded server's is set before it starts.
      resetPassword: async (login) => choice.kind === 'docker' && resetPassword(connect, at, login),
    });
  };

  return {
    start(spec, sink) {
      const { resource } = spec;
      const unwanted = new AbortController();
      let run: Run | undefined;
      const begin = async (): Promise<void> => {
        if (!isStartable(resource)) {
          const failure = { code: 'kind-not-available', resource: resource.name, engine: resource.engine } as const;
          return sink.exited({ kind: 'not-started', failure });
        }
        const choice = await chooseRuntime({
          resource,
          root,
          ...(options.runtime && { override: options.runtime }),
          connect,
          env,
          signal: unwanted.signal,
          progress: (text) => sink.progress(text),
        });
        if (unwanted.signal.aborted) return sink.exited(CANCELLED);
        if (choice.kind === 'failure') return sink.exited({ kind: 'not-started', failure: choice.failure });
        if (choice.kind === 'docker' && resource.persist) {
          await noteContainerData(root, resource.name, volumeName(instance, resource.name));
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

type Started = Exclude<Choice, { kind: 'failure' }>;
