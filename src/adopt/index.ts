import path from 'node:path/posix';
import { FailureError } from '../core/failure.ts';
import type { AdoptedStack, Read } from './adopted.ts';
import { adoptCompose } from './compose/index.ts';
import { adoptMprocs } from './mprocs.ts';
import { adoptProcessCompose } from './process-compose.ts';
import { adoptProcfile } from './procfile.ts';

export type { Adopted, AdoptedStack, Read } from './adopted.ts';
export { adoptEcosystem } from './ecosystem.ts';
export { manifestIn, workspacePatterns } from './packages.ts';
export { uniqueNames } from './names.ts';
export { configOf } from './print.ts';
export { isTurbo } from './turbo.ts';
export { adoptWorkspace } from './workspace.ts';

/** Files `devstack init` looks for by itself, in this order: the first one of them is read. */
export const KNOWN_FILES = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.yml',
  'process-compose.yaml',
  'process-compose.yml',
  'mprocs.yaml',
  'Procfile.dev',
  'Procfile',
  'ecosystem.config.js',
  'ecosystem.config.cjs',
  'ecosystem.config.mjs',
  'ecosystem.config.json',
] as const;

export const isEcosystem = (file: string): boolean => /^ecosystem\.config\.(?:[cm]?js|json)$/.test(path.basename(file));

/** What the file of another tool says, as a stack. Throws `source-unreadable` where it cannot be read or is of none of them. */
export function adopt(file: string, read: Read): AdoptedStack {
  const text = read(file);
  if (text === undefined) throw new FailureError({ code: 'source-unreadable', file, reason: 'it is not there' });
  const name = path.basename(file);
  const stack = name.startsWith('Procfile')
    ? adoptProcfile(file, text)
    : /^mprocs.*\.ya?ml$/.test(name)
      ? adoptMprocs(file, text)
      : /^process-compose.*\.ya?ml$/.test(name)
        ? adoptProcessCompose(file, text)
        : /\.ya?ml$/.test(name)
          ? adoptCompose(file, read)
          : undefined;
  const reason = stack ? 'nothing in it can be started' : 'devstack does not know files of this name';
  if (!stack || stack.resources.length === 0) throw new FailureError({ code: 'source-unreadable', file, reason });
  return stack;
}
