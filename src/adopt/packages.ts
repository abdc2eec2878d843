import path from 'node:path/posix';
import type { Read } from './adopted.ts';
import { mapOf, textOf, textsOf, type Raw } from './compose/raw.ts';
import { parsed } from './compose/yaml.ts';

const LOCK_FILES = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const;

/** A package.json; undefined where there is none, or one that cannot be read. */
export function manifestIn(folder: string, read: Read): Raw | undefined {
  try {
    const value: unknown = JSON.parse(read(path.join(folder, 'package.json')) ?? 'null');
    return typeof value === 'object' && value !== null ? mapOf(value) : undefined;
  } catch {
    return undefined; // cut off, or something else
  }
}

/** What the project says it uses, else what has locked its packages, there or above; npm comes with Node. */
export function packageManager(folder: string, read: Read): string {
  for (const place of new Set([folder, '.'])) {
    const named = /^(npm|pnpm|yarn|bun)@/.exec(textOf(manifestIn(place, read)?.['packageManager']) ?? '')?.[1];
    const locked = LOCK_FILES.find(([file]) => read(path.join(place, file)) !== undefined)?.[1];
    const manager = named ?? locked;
    if (manager !== undefined) return manager;
  }
  return 'npm';
}

/** The script that starts the package in a folder in development; `known` are names of more that do. */
export function devScript(folder: string, read: Read, known: readonly string[] = []): string | undefined {
  const scripts = mapOf(manifestIn(folder, read)?.['scripts']);
  return ['dev', 'start:dev', ...known, 'start'].find((name) => {
    const text = scripts[name];
    // A script that starts devstack would start itself.
    return typeof text === 'string' && !/\bdevstack\b/.test(text);
  });
}

/** How the package in a folder is started in development. */
export function scriptOf(folder: string, read: Read): string | undefined {
  const script = devScript(folder, read);
  return script === undefined ? undefined : scriptCommand(folder, read, script);
}

export const scriptCommand = (folder: string, read: Read, script: string): string =>
  `${packageManager(folder, read)} run ${script}`;

/** The patterns of the folders packages are in: of npm, Yarn and Bun in package.json, of pnpm in a file of its own. */
export function workspacePatterns(read: Read): readonly string[] {
  const value = manifestIn('.', read)?.['workspaces'];
  const list = Array.isArray(value) ? value : mapOf(value)['packages'];
  if (Array.isArray(list)) return list.filter((item) => typeof item === 'string');
  const file = 'pnpm-workspace.yaml';
  const text = read(file);
  return text === undefined ? [] : textsOf(parsed(file, text)['packages']);
}
