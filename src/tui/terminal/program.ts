import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

/** One program of the user's machine and how it is called. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/** The first of the programs that is on PATH. */
export function firstInstalled(programs: readonly Program[], env: Env): Program | undefined {
  for (const { file, args } of programs) {
    const found = findOnPath(file, env);
    if (found !== undefined) return { file: found, args };
  }
  return undefined;
}

/** Linux inside Windows, with its programs on PATH. */
export const isWsl = (env: Env): boolean => Boolean(env['WSL_DISTRO_NAME'] ?? env['WSL_INTEROP']);

function findOnPath(name: string, env: Env): string | undefined {
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
