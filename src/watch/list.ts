import { createGitIgnore } from './gitignore.ts';
import { createMatch, type WatchTarget } from './match.ts';
import { inSlices } from './slices.ts';
import { walk } from './tree.ts';

/** The files a target's patterns name now, absolute and sorted; what is ignored is left out. */
export async function listFiles(target: WatchTarget): Promise<readonly string[]> {
  const match = createMatch({ targets: [target], files: [] }, createGitIgnore().ignores);
  const found = new Set<string>();
  const take = (file: string): void => {
    if (match.namesOf(file).length > 0) found.add(file);
  };
  for (const root of match.roots) await inSlices(walk(root, match.wantsDirectory, () => true, take));
  for (const file of [...match.roots, ...match.files]) take(file);
  return [...found].sort();
}
