import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import type { NativeCommand, NativePlace, NativeProgram } from '../../kinds/native.ts';
import { majorOf } from '../../kinds/version.ts';
import { runCommand } from '../data/command.ts';
import { dataFolder } from '../data/folder.ts';
import { writeMarker } from '../data/marker.ts';
import { freePort, isFree } from '../server/ports.ts';
import { startPrepared } from '../server/spawn.ts';
import type { ServerCommand, SpawnServer } from '../server/spawn.ts';
import { createData } from './data.ts';
import type { FoundServer } from './find.ts';

export interface NativeDriverOptions {
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly spawnServer: SpawnServer;
  /** Where what can be made again is kept, for all projects. */
  readonly cacheDir: string;
}

export interface ChosenServer {
  readonly native: NativeProgram;
  readonly server: FoundServer;
}

export interface NativeRun extends Run {
  /** It has read its files. */
  serving(): void;
}

/** A private server of this machine's binaries: its own ports, its own data, nothing of the system's configuration. */
export function createNativeDriver(options: NativeDriverOptions) {
  return {
    start(spec: StartSpec<ContainerResource>, sink: Sink, chosen: ChosenServer): NativeRun {
      const forget = () => forgetSecrets(options, chosen, spec);
      const attended: Sink = {
        ...sink,
        exited: (exit) =>
          void forget().then(
            () => sink.exited(exit),
            () => sink.exited(exit),
          ),
      };
      const run = startPrepared(spec.resource.name, attended, options.spawnServer, (signal) =>
        prepareServer(options, chosen, spec, sink, signal),
      );
      return { ...run, serving: () => void forget() };
    },
  };
}

async function prepareServer(
  { state, env, cacheDir }: NativeDriverOptions,
  { native, server }: ChosenServer,
  spec: StartSpec<ContainerResource>,
  sink: Sink,
  signal: AbortSignal,
): Promise<ServerCommand | Failure> {
  const { resource } = spec;
  const folder = dataFolder(state, resource.name);
  const data = join(folder, 'data');
  const major = majorOf(server.version) ?? 0;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!resource.persist) await rm(data, { recursive: true, force: true });
  const place: NativePlace = {
    spec,
    program: server.path,
    folder,
    data,
    isRoot: process.getuid?.() === 0,
    innerPorts: await Promise.all([freePort(), freePort()]),
  };
  const runAll = async (commands: readonly NativeCommand[]): Promise<void> => {
    for (const { file, args, env: more } of commands)
      await runCommand({ file, args }, { signal, env: { PATH: pathOf(env, server), ...more } });
  };
  if (!(await exists(data)))
    await createData(place, {
      native,
      version: server.version,
      cacheDir,
      runAll,
      signal,
      progress: (text) => sink.progress(text),
    });
  await writeMarker(folder, { runtime: 'native', engine: resource.engine, major, data, login: '' });
  await writeFiles(place, native);
  for (const port of Object.values(spec.ports)) {
    if (!(await isFree(port))) return { code: 'port-in-use', resource: resource.name, port };
  }
  const { file, args, env: own } = native.command(place);
  return {
    file,
    args,
    cwd: data,
    env: { PATH: pathOf(env, server), LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: folder, ...own, ...spec.env },
    stopSignal: native.stopSignal,
    graceMs: resource.stop.graceMs,
    resource: resource.name,
    run: spec.run,
  };
}

/** Passwords are in some of them. */
async function writeFiles(place: NativePlace, native: NativeProgram): Promise<void> {
  for (const name of native.subfolders ?? []) await mkdir(join(place.folder, name), { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries({ ...native.files?.(place), ...native.secretFiles?.(place) })) {
    const file = join(place.folder, name);
    await writeFile(file, text, { mode: 0o600 });
    await chmod(file, 0o600);
  }
}

async function forgetSecrets(
  { state }: NativeDriverOptions,
  { native, server }: ChosenServer,
  spec: StartSpec<ContainerResource>,
): Promise<void> {
  const folder = dataFolder(state, spec.resource.name);
  const place = { spec, program: server.path, folder, data: join(folder, 'data'), isRoot: false } as const;
  const names = Object.keys(native.secretFiles?.({ ...place, innerPorts: [0, 0] }) ?? {});
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}

/** Programs that come with the server are beside it, or where only root looks. */
function pathOf(env: NativeDriverOptions['env'], server: FoundServer): string {
  return [dirname(server.path), env['PATH'] ?? '', '/usr/sbin:/usr/bin:/sbin:/bin'].join(':');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
