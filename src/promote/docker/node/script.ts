import { posix } from 'node:path';
import type { ProjectFiles } from '../recipe.ts';
import { optionOf, parseCommand } from '../words.ts';
import { readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { findMember } from './workspace.ts';

/** A script of a package.json that a command asks for. */
export interface ScriptCall {
  readonly of: Manifest;
  readonly name: string;
  /** What is appended to it. */
  readonly rest: readonly string[];
}

const WHERE = ['-w', '--workspace', '-F', '--filter', '-C', '--prefix', '--cwd', '--dir'];
const OWN_COMMANDS = ['exec', 'dlx', 'x', 'node', 'install', 'add', 'ci'];

/** `npm run dev`, `pnpm dev`, `yarn workspace web start`, `npm start`. */
export function scriptCall(files: ProjectFiles, of: Manifest, words: readonly string[]): ScriptCall | undefined {
  const [manager = '', ...all] = words;
  if (!['npm', 'pnpm', 'yarn'].includes(manager)) return undefined;
  const named = all[0] === 'workspace' ? all[1] : optionOf(all, ...WHERE);
  const at = named === undefined ? of : elsewhere(files, of, named);
  if (!at) return undefined;
  const options = all[0] === 'workspace' ? all.slice(2) : withoutWhere(all);
  const args = options.filter((word) => !['--silent', '-s', '--if-present'].includes(word));
  const isRun = args[0] === 'run' || args[0] === 'run-script';
  const [name, ...rest] = isRun ? args.slice(1) : args;
  if (name === undefined || name.startsWith('-') || (!isRun && OWN_COMMANDS.includes(name))) return undefined;
  if (manager === 'npm' && !isRun && name !== 'start' && name !== 'test') return undefined;
  return { of: at, name, rest: rest[0] === '--' ? rest.slice(1) : rest };
}

function elsewhere(files: ProjectFiles, of: Manifest, named: string): Manifest | undefined {
  return findMember(files, of, named) ?? readManifest(files, posix.join(of.folder, named));
}

function withoutWhere(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, at) => !WHERE.includes(word.replace(/=.*/, '')) && !(at > 0 && WHERE.includes(words[at - 1] ?? '')),
  );
}

/** Programs that start another, and the options of theirs that take a value. */
const WRAPPERS: { readonly [program: string]: readonly string[] } = {
  npx: ['-p', '--package'],
  exec: [],
  'cross-env': [],
  env: [],
  dotenv: ['-e', '-c'],
  dotenvx: ['-f'],
};

/** What is left of `npx cross-env A=b node x.js`: node and what follows. */
export function unwrapped(words: readonly string[]): readonly string[] {
  const [first = '', second = '', ...rest] = words;
  if (['npm', 'pnpm', 'yarn'].includes(first) && (second === 'exec' || second === 'node'))
    return unwrapped(second === 'node' ? ['node', ...rest] : rest[0] === '--' ? rest.slice(1) : rest);
  const valued = WRAPPERS[first];
  if (!valued) return words;
  const left = words.slice(1);
  while (left[0] !== undefined && (left[0].startsWith('-') || /^\w+=/.test(left[0]) || left[0] === 'run')) {
    const option = left.shift();
    if (option === '--') break;
    if (option !== undefined && valued.includes(option)) left.shift();
  }
  return unwrapped(left);
}

/** The command a line comes down to; undefined where only a shell could tell. */
export function wordsOf(line: string): readonly string[] | undefined {
  const parsed = parseCommand(line);
  return parsed.kind === 'words' ? unwrapped(parsed.words) : undefined;
}
