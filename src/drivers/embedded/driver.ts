import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Exit, Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createData, majorOfData } from './data.ts';
import { chooseLauncher } from './launcher.ts';
import type { Launcher } from './launcher.ts';
import { clearLeftover } from '../data/leftover.ts';
import { setLogin } from './login.ts';
import { fingerprint, isFingerprintOf, readMarker, writeMarker } from '../data/marker.ts';
import type { PostgresPackage } from './package.ts';
import { findPlaces, OPEN_FOLDER } from './places.ts';
import { serverCommand } from './server.ts';
import type { ServerCommand, SpawnServer } from '../server/spawn.ts';

export interface EmbeddedDriverOptions {
  readonly root: string;
  readonly instance: string;
  readonly cacheDir: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly spawnServer: SpawnServer;
  /** Where the server of `nobody` keeps its files. */
  readonly openDir?: string;
  /** Instead of the first that works. */
  readonly launcher?: Launcher;
}

/** The binaries to run, and what they are called to the user. */
export interface PostgresBinaries {
  readonly runtime: 'embedded' | 'native';
  readonly binaries: PostgresPackage;
}

const CANCELLED: Exit = { kind: 'signal', signal: 'SIGTERM', outOfMemory: false };

/** A real Postgres server from npm or of this machine, with its data in the project. */
export function createEmbeddedDriver(options: EmbeddedDriverOptions) {
  return {
    start(spec: StartSpec<ContainerResource>, sink: Sink, chosen: PostgresBinaries): Run {
      const unwanted = new AbortController();
      let server: Run | undefined;
      const begin = async (): Promise<void> => {
        const prepared = await prepareServer({ ...options, ...chosen }, spec, sink, unwanted.signal);
        if (unwanted.signal.aborted) return sink.exited(CANCELLED);
        if (prepared.kind === 'failure') return sink.exited({ kind: 'not-started', failure: prepared.failure });
        server = options.spawnServer(prepared.command, sink);
      };
      begin().catch((error: unknown) => {
        if (unwanted.signal.aborted) return sink.exited(CANCELLED);
        const reason = error instanceof Error ? error.message : String(error);
        sink.exited({ kind: 'not-started', failure: { code: 'spawn-failed', resource: spec.resource.name, reason } });
      });
      return {
        stop() {
          unwanted.abort();
          server?.stop();
        },
        kill() {
          unwanted.abort();
          server?.kill();
        },
      };
    },
  };
}

type Prepared =
  | { readonly kind: 'command'; readonly command: ServerCommand }
  | { readonly kind: 'failure'; readonly failure: Failure };

async function prepareServer(
  options: EmbeddedDriverOptions & PostgresBinaries,
  spec: StartSpec<ContainerResource>,
  sink: Sink,
  signal: AbortSignal,
): Promise<Prepared> {
  const { resource, ports } = spec;
  const fail = (failure: Failure): Prepared => ({ kind: 'failure', failure });
  const cannot = (reason: string) => fail({ code: 'spawn-failed', resource: resource.name, reason });
  const { user, password } = spec.credentials ?? { user: 'postgres', password: '' };
  const port = Object.values(ports)[0];
  if (port === undefined) return cannot('it has no port');

  const { binaries, runtime } = options;
  const launcher = options.launcher ?? (await chooseLauncher());
  if (launcher === undefined) {
    return cannot('Postgres refuses to run as root, and neither unshare nor setpriv can give it another user here');
  }
  const places = await findPlaces(launcher, {
    ...options,
    openDir: options.openDir ?? OPEN_FOLDER,
    resource: resource.name,
    binaries,
  });
  const { folder, data } = places;
  const marker = await readMarker(folder);
  await clearLeftover(data);
  if (!resource.persist) await rm(data, { recursive: true, force: true });

  const heldMajor = await majorOfData(data);
  if (heldMajor !== undefined && heldMajor !== binaries.major) {
    const holds = `data of PostgreSQL ${heldMajor}`;
    return fail({
      code: 'data-of-other-runtime',
      resource: resource.name,
      folder,
      holds,
      wanted: `PostgreSQL ${binaries.version}`,
      ways: [],
    });
  }
  const { version, major } = binaries;
  const progress = (text: string) => sink.progress(text);
  if (heldMajor === undefined) await createData({ places, launcher, version, major, user, signal, progress });
  const isKnown = heldMajor !== undefined && marker && isFingerprintOf(marker.login, user, password);
  const login = isKnown ? marker.login : fingerprint(user, password);
  if (!isKnown) await setLogin({ places, launcher }, { user, password }, signal);
  await writeMarker(folder, { runtime, engine: 'postgres', major, data, login });
  if (!(await isFree(port))) return fail({ code: 'port-in-use', resource: resource.name, port });
  if (signal.aborted) return cannot('it was stopped');
  return { kind: 'command', command: serverCommand(spec, { places, launcher, port, env: options.env }) };
}

/** Asked before, since the server only says so in its log. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
