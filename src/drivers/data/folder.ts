import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a server of this machine keeps its data and what it needs besides. */
export function dataFolder(root: string, resource: string): string {
  return join(root, '.devstack', 'data', resource);
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

/** Notes where the data of a resource is while a container serves it, since only an engine that answers could tell. */
export async function noteContainerData(root: string, resource: string, data: ContainerData): Promise<void> {
  const note = `${dataFolder(root, resource)}${NOTE_SUFFIX}`;
  await mkdir(dirname(note), { recursive: true });
  await writeFile(note, `${JSON.stringify(data)}\n`);
}

export async function notedContainerData(root: string, resource: string): Promise<ContainerData | undefined> {
  let noted: unknown;
  try {
    noted = JSON.parse(await readFile(`${dataFolder(root, resource)}${NOTE_SUFFIX}`, 'utf8'));
  } catch {
    return undefined; // none, or one cut short: the volume itself is found by its name
  }
  if (typeof noted !== 'object' || noted === null) return undefined;
  if (!('volume' in noted) || !('engine' in noted) || !('version' in noted)) return undefined;
  return { volume: String(noted.volume), engine: String(noted.engine), version: String(noted.version) };
}

/** Of one resource, or of all of a project. */
export async function forgetContainerData(root: string, resource?: string): Promise<void> {
  const folder = join(root, '.devstack', 'data');
  const names = resource === undefined ? await readdir(folder).catch(() => []) : [`${resource}${NOTE_SUFFIX}`];
  const notes = names.filter((name) => name.endsWith(NOTE_SUFFIX));
  await Promise.all(notes.map((name) => rm(join(folder, name), { force: true })));
}
