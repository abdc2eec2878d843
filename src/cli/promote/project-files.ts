import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProjectFiles } from '../../promote/docker/recipe.ts';

/** The files of a project, looked at once each. */
export function projectFiles(root: string): ProjectFiles {
  const texts = new Map<string, string | undefined>();
  const lists = new Map<string, readonly string[]>();
  return {
    read(file) {
      if (!texts.has(file))
        texts.set(
          file,
          orElse(() => readFileSync(path.join(root, file), 'utf8'), undefined),
        );
      return texts.get(file);
    },
    list(folder) {
      const known = lists.get(folder);
      if (known) return known;
      const entries = orElse(() => readdirSync(path.join(root, folder), { withFileTypes: true }), []);
      const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).toSorted();
      lists.set(folder, names);
      return names;
    },
  };
}

/** What is not there, or cannot be read, is nothing to go by. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
