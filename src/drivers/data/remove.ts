import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clearLeftover } from './leftover.ts';
import { readMarker } from './marker.ts';
import { dataFolder, forgetContainerData } from './folder.ts';

/** The resources of an instance whose data is on this machine, without a container. */
export async function listData(state: string): Promise<readonly string[]> {
  const names = await readdir(join(state, 'data')).catch(() => []);
  const marked = await Promise.all(
    names.map(async (name) => ((await readMarker(dataFolder(state, name))) ? [name] : [])),
  );
  return marked.flat();
}

/** Removes the data of one resource, wherever on this machine it is. */
export async function removeDataOf(state: string, name: string): Promise<void> {
  const folder = dataFolder(state, name);
  const marker = await readMarker(folder);
  if (marker) {
    await clearLeftover(marker.data);
    await rm(marker.data, { recursive: true, force: true });
    // Outside of the project it has a folder for its instance, which others may still use.
    await rmdir(dirname(marker.data)).catch(() => {});
  }
  await rm(folder, { recursive: true, force: true });
}

/** Removes the data of all servers of an instance that ran without a container; gives the names of the resources. */
export async function removeData(state: string): Promise<readonly string[]> {
  const names = await listData(state);
  for (const name of names) await removeDataOf(state, name);
  await forgetContainerData(state);
  return names;
}
