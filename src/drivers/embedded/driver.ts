import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { rm } from 'node:fs/promises';
import { isFree } from '../server/ports.ts';
import { startPrepared } from '../server/spawn.ts';
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
  /** Folder of the instance in the project. */
  readonly state: string;
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

/** A real Postgres server from npm or of this machine, with its data in the project. */
export function createEmbeddedDriver(options: EmbeddedDriverOptions) {
  return {
    start: (spec: StartSpec<ContainerResource>, sink: Sink, chosen: PostgresBinaries): Run =>
      startPrepared(spec.resource.name, sink, options.spawnServer, (signal) =>
        prepareServer({ ...options, ...chosen }, spec, sink, signal),
      ),
  };
}

async function prepareServer(
  options: EmbeddedDriverOptions & PostgresBinaries,
  spec: StartSpec<ContainerResource>,
  sink: Sink,
  signal: AbortSignal,
): Promise<ServerCommand | Failure> {
  const { resource, ports } = spec;
  const cannot = (reason: string): Failure => ({ code: 'spawn-failed', resource: resource.name, reason });
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
    return {
      code: 'data-of-other-runtime',
      resource: resource.name,
      folder,
      holds,
      wanted: `PostgreSQL ${binaries.version}`,
      ways: [],
    };
  }
  const { version, major } = binaries;
  const progress = (text: string) => sink.progress(text);
  if (heldMajor === undefined) await createData({ places, launcher, version, major, user, signal, progress });
  const isKnown = heldMajor !== undefined && marker && isFingerprintOf(marker.login, user, password);
  const login = isKnown ? marker.login : fingerprint(user, password);
  if (!isKnown) await setLogin({ places, launcher }, { user, password }, signal);
  await writeMarker(folder, { runtime, engine: 'postgres', major, data, login });
  if (!(await isFree(port))) return { code: 'port-in-use', resource: resource.name, port };
  if (signal.aborted) return cannot('it was stopped');
  return serverCommand(spec, { places, launcher, port, env: options.env });
}
