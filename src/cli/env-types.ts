import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { environmentOf } from '../config/environment.ts';
import { FailureError } from '../core/failure.ts';
import type { ProcessResource, TaskResource } from '../core/stack.ts';
import { readEnvFiles } from './assemble/environment.ts';

type Native = ProcessResource | TaskResource;

/** A folder's `env.d.ts`, and those who run there. */
interface EnvTypes {
  readonly file: string;
  readonly names: readonly string[];
  readonly text: string;
}

export interface WrittenTypes extends EnvTypes {
  readonly change: 'written' | 'unchanged';
}

const HEADER = '// written by devstack env --write';
/** Packages declare these themselves, with types of their own. */
const DECLARED_ELSEWHERE: readonly string[] = ['NODE_ENV', 'TZ'];

/**
 * Writes an `env.d.ts` into the folder of each, for TypeScript to know their variables. Throws `file-exists` before
 * anything is written where somebody else's stands; leaves a file alone that says so already.
 */
export function writeEnvTypes(resources: readonly Native[], shell: NodeJS.ProcessEnv): readonly WrittenTypes[] {
  const all = envTypes(resources, shell).map((one) => ({ ...one, before: readIfThere(one.file) }));
  const foreign = all.find(({ before }) => before !== undefined && !before.startsWith(HEADER));
  if (foreign) throw new FailureError({ code: 'file-exists', file: foreign.file });
  return all.map(({ before, ...one }) => {
    if (before === one.text) return { ...one, change: 'unchanged' };
    writeFileSync(one.file, one.text);
    return { ...one, change: 'written' };
  });
}

/** Those whose folder TypeScript or npm knows: a Go service has no use for it. */
export function isTyped({ cwd }: Native): boolean {
  return ['tsconfig.json', 'package.json'].some((name) => existsSync(path.join(cwd, name)));
}

function envTypes(resources: readonly Native[], shell: NodeJS.ProcessEnv): readonly EnvTypes[] {
  return [...new Set(resources.map(({ cwd }) => cwd))].map((cwd) => {
    const here = resources.filter((one) => one.cwd === cwd);
    const given = here.map((one) => variablesOf(one, shell));
    const names = [...new Set(given.flat())].filter((name) => !DECLARED_ELSEWHERE.includes(name)).toSorted();
    const lines = names.map((name) => {
      const mark = given.every((one) => one.includes(name)) ? '' : '?';
      return `    ${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}${mark}: string;`;
    });
    const owners = here.map(({ name }) => name);
    return { file: path.join(cwd, 'env.d.ts'), names: owners, text: declaration(owners, lines) };
  });
}

function declaration(owners: readonly string[], lines: readonly string[]): string {
  return [
    `${HEADER}: what the config gives ${owners.join(', ')}`,
    'declare namespace NodeJS {',
    '  interface ProcessEnv {',
    ...lines,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Names of what it is given in dev; which values there are does not matter. */
function variablesOf(resource: Native, shell: NodeJS.ProcessEnv): readonly string[] {
  if (!existsSync(resource.cwd))
    throw new FailureError({ code: 'cwd-missing', resource: resource.name, cwd: resource.cwd });
  const files = readEnvFiles(resource, shell);
  if (!files.ok) throw new FailureError(files.failure);
  const own = environmentOf(resource, () => ({ text: '', secrets: [] }));
  return [...new Set([...Object.keys(files.env), ...Object.keys(own.env)])];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // none yet
  }
}
