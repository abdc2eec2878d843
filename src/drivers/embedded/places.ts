import { chmod, cp, lstat, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataFolder } from '../data/folder.ts';
import type { Launcher } from './launcher.ts';
import type { PostgresPackage } from './package.ts';

/** Where the parts of an embedded server are. */
export interface Places {
  /** In the project: holds the marker and, as a rule, the data. */
  readonly folder: string;
  readonly data: string;
  /** Ready data folders to copy. */
  readonly templates: string;
  /** Holds bin, lib and share. */
  readonly native: string;
}

export interface PlaceRequest {
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly instance: string;
  readonly resource: string;
  readonly cacheDir: string;
  /** What anybody may look into; used where the server's user is `nobody`. */
  readonly openDir: string;
  readonly binaries: PostgresPackage;
}

/** Outside of any home, which may be closed to others, and kept over a restart of the machine. */
export const OPEN_FOLDER = '/var/tmp/devstack-root';

export async function findPlaces(launcher: Launcher, request: PlaceRequest): Promise<Places> {
  const { state, instance, resource, cacheDir, openDir, binaries } = request;
  const folder = dataFolder(state, resource);
  if (launcher !== 'nobody') {
    return { folder, data: join(folder, 'pgdata'), templates: join(cacheDir, 'postgres'), native: binaries.folder };
  }
  await makeOpenFolder(openDir);
  const ofInstance = join(openDir, instance);
  const templates = join(openDir, 'templates');
  await makeOpenFolder(ofInstance);
  await makeOpenFolder(templates);
  return { folder, data: join(ofInstance, resource), templates, native: await openBinaries(binaries, openDir) };
}

/** A folder of root's that anybody may look into. One that somebody else made first is refused. */
async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== 0) throw new Error(`${path} is not a folder of root's: remove it`);
  await chmod(path, 0o755);
}

async function openBinaries({ folder, version }: PostgresPackage, openDir: string): Promise<string> {
  if (await isOpen(folder)) return folder;
  const copy = join(openDir, `binaries-${version}`);
  if (await stat(copy).catch(() => undefined)) return copy;
  const fresh = await mkdtemp(`${copy}.`);
  try {
    await cp(folder, fresh, { recursive: true, verbatimSymlinks: true });
    await chmod(fresh, 0o755);
    await rename(fresh, copy);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!(await stat(copy).catch(() => undefined))) throw error; // else somebody else was faster
  }
  return copy;
}

async function isOpen(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  return dirname(path) === path || isOpen(dirname(path));
}
