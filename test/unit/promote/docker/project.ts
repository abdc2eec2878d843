import { posix } from 'node:path';
import { recipeOf } from '../../../../src/promote/docker/detect.ts';
import type { Program, ProjectFiles, Recipe } from '../../../../src/promote/docker/recipe.ts';

/** A project in memory: paths and what is in them. An object is written as JSON. */
export function project(contents: { readonly [path: string]: string | object }): ProjectFiles {
  const texts = new Map(
    Object.entries(contents).map(([path, of]) => [path, typeof of === 'string' ? of : JSON.stringify(of)]),
  );
  return {
    read: (path) => texts.get(posix.normalize(path)),
    list(folder) {
      const start = folder === '.' ? '' : `${posix.normalize(folder)}/`;
      const below = [...texts.keys()].filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
      return [...new Set(below.map((path) => path.replace(/\/.*/, '/')))].toSorted();
    },
  };
}

/** By what a lock file of images has: the same for every name. */
export const pinned = (name: string): string => `${name}@sha256:${'0'.repeat(8)}`;

export function program(run: string, change: Partial<Program> = {}): Program {
  return { name: 'api', cwd: '.', role: 'service', ...change, run };
}

export function recipe(
  files: { readonly [path: string]: string | object },
  run: string,
  change: Partial<Program> = {},
): Recipe {
  const found = recipeOf(program(run, change), project(files), pinned);
  if (found.kind === 'unknown') throw new Error(found.reason);
  return found;
}

export function reason(files: { readonly [path: string]: string | object }, run: string, change?: Partial<Program>) {
  const found = recipeOf(program(run, change), project(files), pinned);
  return found.kind === 'unknown' ? found.reason : `a recipe of shape ${found.shape}`;
}
