import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clearLeftover } from './leftover.ts';
import { readMarker } from './marker.ts';
import { dataFolder, forgetContainerData } from './places.ts';

/** The resources of a project that have embedded data. */
export async function listEmbeddedData(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, '.devstack', 'data')).catch(() => []);
  const marked = await Promise.all(
    names.map(async (name) => ((await readMarker(dataFolder(root, name))) ? [name] : [])),
  );
  return marked.flat();
}

/** Removes the data of all embedded servers of a project, wherever it is; gives the names of the resources. */
export async function removeEmbeddedData(root: string): Promise<readonly string[]> {
  const names = await listEmbeddedData(root);
  for (const name of names) {
    const folder = dataFolder(root, name);
    const marker = await readMarker(folder);
    if (marker) {
      await clearLeftover(marker.data);
      await rm(marker.data, { recursive: true, force: true });
      // Outside of the project it has a folder for its instance, which others may still use.
      await rmdir(dirname(marker.data)).catch(() => {});
    }
    await rm(folder, { recursive: true, force: true });
  }
  await forgetContainerData(root);
  return names;
}
