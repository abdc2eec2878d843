import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a server of this machine keeps its data and what it needs besides; `state` is the folder of its instance. */
export function dataFolder(state: string, resource: string): string {
  return join(state, 'data', resource);
}

/** The data of a resource while containers serve it. */
export interface ContainerData {
  readonly volume: string;
  /** The kind of server that made it. */
  readonly engine: string;
  /** The version that was asked for when it was made. */
  readonly version: string;
}

const NOTE_SUFFIX = '.docker';
/** Of the note that a first start has not made its data yet. */
export const FIRST_START_SUFFIX = '.first-start';

/** Notes where the data of a resource is while a container serves it, since only an engine that answers could tell. */
export async function noteContainerData(state: string, resource: string, data: ContainerData): Promise<void> {
  const note = `${dataFolder(state, resource)}${NOTE_SUFFIX}`;
  await mkdir(dirname(note), { recursive: true });
  await writeFile(note, `${JSON.stringify(data)}\n`);
}

export async function notedContainerData(state: string, resource: string): Promise<ContainerData | undefined> {
  let noted: unknown;
  try {
    noted = JSON.parse(await readFile(`${dataFolder(state, resource)}${NOTE_SUFFIX}`, 'utf8'));
  } catch {
    return undefined; // none, or one cut short: the volume itself is found by its name
  }
  if (typeof noted !== 'object' || noted === null) return undefined;
  if (!('volume' in noted) || !('engine' in noted) || !('version' in noted)) return undefined;
  return { volume: String(noted.volume), engine: String(noted.engine), version: String(noted.version) };
}

/** Some data of an instance is noted to be in volumes: an engine is needed to remove it all. */
export async function hasContainerData(state: string): Promise<boolean> {
  const names = await readdir(join(state, 'data')).catch(() => []);
  return names.some((name) => name.endsWith(NOTE_SUFFIX));
}

/** Of one resource, or of all of an instance. */
export async function forgetContainerData(state: string, resource?: string): Promise<void> {
  const folder = join(state, 'data');
  const suffixes = [NOTE_SUFFIX, FIRST_START_SUFFIX];
  const names = await readdir(folder).catch(() => []);
  const notes = names.filter((name) =>
    suffixes.some((suffix) => (resource === undefined ? name.endsWith(suffix) : name === `${resource}${suffix}`)),
  );
  await Promise.all(notes.map((name) => rm(join(folder, name), { force: true })));
}
