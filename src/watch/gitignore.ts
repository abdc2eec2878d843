import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ignore from 'ignore';
import type { Ignore } from 'ignore';
import { relativeTo } from './match.ts';

interface Rules {
  readonly directory: string;
  readonly rules: Ignore;
}

/** The .gitignore files of the watched trees, read when first needed. */
export interface GitIgnore {
  /** `top` is where to begin when the path is in no git repository. */
  readonly ignores: (file: string, isDirectory: boolean, top: string) => boolean;
  /** A .gitignore changed. */
  forget(): void;
}

export function createGitIgnore(): GitIgnore {
  const chains = new Map<string, readonly Rules[]>();
  const repositories = new Map<string, string | undefined>();

  function repositoryOf(directory: string): string | undefined {
    if (repositories.has(directory)) return repositories.get(directory);
    const parent = path.dirname(directory);
    const found = existsSync(path.join(directory, '.git'))
      ? directory
      : parent === directory
        ? undefined
        : repositoryOf(parent);
    repositories.set(directory, found);
    return found;
  }

  function chainOf(directory: string, first: string): readonly Rules[] {
    const known = chains.get(directory);
    if (known) return known;
    const above = directory === first ? [] : chainOf(path.dirname(directory), first);
    const rules = readRules(directory);
    const chain = rules ? [...above, { directory, rules }] : above;
    chains.set(directory, chain);
    return chain;
  }

  return {
    ignores(file, isDirectory, top) {
      const parent = path.dirname(file);
      const first = repositoryOf(top) ?? top;
      if (relativeTo(first, parent) === undefined) return false;
      let ignored = false;
      for (const { directory, rules } of chainOf(parent, first)) {
        const result = rules.test((relativeTo(directory, file) ?? '') + (isDirectory ? '/' : ''));
        if (result.ignored) ignored = true;
        else if (result.unignored) ignored = false;
      }
      return ignored;
    },
    forget() {
      chains.clear();
    },
  };
}

function readRules(directory: string): Ignore | undefined {
  try {
    return ignore().add(readFileSync(path.join(directory, '.gitignore'), 'utf8'));
  } catch {
    return undefined; // There is none, or it cannot be read: then it excludes nothing.
  }
}
