import { posix } from 'node:path';
import { inImage } from '../places.ts';
import type { ProjectFiles } from '../recipe.ts';
import { withoutOptions } from '../words.ts';
import type { Manifest } from './manifest.ts';
import { scriptCall, wordsOf } from './script.ts';
import { servedBy } from './servers.ts';
import { compiledOf, isTypeScript } from './typescript.ts';

export type Production =
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly folder: string; readonly notes: Notes }
  /** Nothing runs: a server of files has its output, which is relative to the package. */
  | { readonly kind: 'files'; readonly output: string; readonly notes: Notes }
  | { readonly kind: 'unknown'; readonly reason: string };

type Notes = readonly string[];

export interface Asked {
  readonly files: ProjectFiles;
  readonly own: Manifest;
  /** The one next to the command, which may name another. */
  readonly from: Manifest;
  readonly context: string;
  readonly role: 'service' | 'worker' | 'task';
}

const WATCHERS = ['nodemon', 'tsx', 'ts-node', 'ts-node-dev', 'tsnd', 'node-dev', 'supervisor'];
/** Of node and of what watches it; `_` stands for a value. */
const DEV_OPTIONS = [
  '--watch',
  '--watch-path _',
  '--watch-preserve-output',
  '--inspect',
  '--inspect-brk',
  '--inspect-wait',
  '--env-file',
  '--env-file-if-exists',
  '-w _',
  '-e _',
  '--ext _',
  '--ignore _',
  '-q',
  '-L',
  '--legacy-watch',
  '--respawn',
  '--transpile-only',
  '-T',
  '--clear-screen',
  '--exit-child',
  '--delay _',
  '--signal _',
  '-P _',
];

/** What runs in production for a command of development, run in `folder`. */
export function productionOf(asked: Asked, run: string, folder: string): Production {
  const words = wordsOf(run);
  if (!words) return shellCommand(run, asked, folder);
  const call = scriptCall(asked.files, asked.from, words);
  if (!call) return direct(asked, words, folder);
  const { of, name, rest } = call;
  const within = { ...asked, own: of, from: of };
  const script = of.scripts[name];
  if (script === undefined) return none(`package.json of ${of.folder} has no script ${name}`);
  const named = forProduction(of, name, script);
  if (named === undefined) return direct(within, [...(wordsOf(script) ?? []), ...rest], of.folder);
  const line = of.scripts[named] ?? '';
  const inner = wordsOf(line);
  if (inner) return direct(within, [...inner, ...(named === name ? rest : [])], of.folder);
  return command(['npm', 'run', named], within, of.folder, [
    `The script ${named} needs a shell, so npm stays the first process: a signal reaches the program through it.`,
  ]);
}

/** The script for production next to one of development; itself where it is none; undefined for no other. */
function forProduction(of: Manifest, name: string, script: string): string | undefined {
  const isDev = /(?:^|:)(?:dev|watch|local|debug)(?:$|:)/.test(name) || isForWork(script, of);
  if (!isDev) return name;
  const part = name.replace(/(?:^|:)(?:dev|watch|local|debug|start)(?=$|:)/g, '').replace(/^:/, '');
  const names = part === '' ? ['start:prod', 'start:production', 'start'] : [`start:${part}`, `${part}:start`, part];
  const found = names.find((other) => other !== name && other in of.scripts && !isForWork(of.scripts[other] ?? '', of));
  return found ?? (wordsOf(script) ? undefined : name);
}

function isForWork(line: string, own: Manifest): boolean {
  const words = wordsOf(line);
  if (!words) return /\b(?:nodemon|tsx|ts-node-dev|--watch|concurrently)\b/.test(line);
  const served = servedBy(words, own);
  if (served) return served.kind !== 'command' || !served.words.every((word, at) => words[at] === word);
  const [program = ''] = words;
  return WATCHERS.includes(program) || words.some((word) => word.startsWith('--watch'));
}

function direct(asked: Asked, words: readonly string[], folder: string): Production {
  const served = servedBy(words, asked.own);
  if (served?.kind === 'runner')
    return none(`${words[0]} starts several programs; which of them is this one is not known`);
  if (served?.kind === 'files') return { kind: 'files', output: served.output, notes: [] };
  if (served) return command(served.words, asked, asked.own.folder, []);
  const [program = '', ...args] = words;
  if (program !== 'node' && !WATCHERS.includes(program)) return otherProgram(words, asked, folder);
  const left = withoutOptions(args, DEV_OPTIONS).filter((word, at) => !(at === 0 && word === 'watch'));
  const notes = args.some((word) => word.startsWith('--env-file'))
    ? ['The file of --env-file is not in the image: put its values into env of devstack.config.ts.']
    : [];
  const exec = args.findIndex((word) => word === '--exec' || word === '-x');
  if (exec !== -1) return productionOf(asked, `${args[exec + 1] ?? ''} ${args.slice(exec + 2).join(' ')}`, folder);
  const file = left.find((word) => !word.startsWith('-')) ?? asked.own.main;
  if (file === undefined) return none(`the command names no file, and package.json has neither start nor main`);
  const at = left.indexOf(file);
  const [options, rest] = at === -1 ? [left, []] : [left.slice(0, at), left.slice(at + 1)];
  const target = { ...asked, folder, file, options, rest };
  if (program === 'node' && !isTypeScript(file)) return node(target, notes);
  return isTypeScript(file) ? compiled(target, notes) : node({ ...target, options: [] }, notes);
}

interface Target extends Asked {
  readonly folder: string;
  readonly file: string;
  readonly options: readonly string[];
  readonly rest: readonly string[];
}

function node({ context, folder, file, options, rest }: Target, notes: Notes): Production {
  const words = ['node', ...options, inImage(context, folder, file), ...rest];
  return { kind: 'command', command: words, folder, notes };
}

/** A file of TypeScript: what start says of it, or what the compiler makes of it, or tsx where that is a dependency. */
function compiled(target: Target, notes: Notes): Production {
  const { files, own, folder, file, role } = target;
  const start = wordsOf(own.scripts['start'] ?? '');
  if (role === 'service' && start && !isForWork(own.scripts['start'] ?? '', own))
    return direct(target, start, own.folder);
  if ('build' in own.scripts) {
    const made = compiledOf(files, own, posix.relative(own.folder, posix.join(folder, file)));
    return node({ ...target, folder: own.folder, file: made, options: [] }, [
      ...notes,
      `${made} is taken for what the build makes of ${file}; a start script says it for sure.`,
    ]);
  }
  if ('tsx' in own.dependencies) return node({ ...target, options: ['--import', 'tsx'] }, notes);
  return none(
    `${file} is TypeScript, and package.json has no build script, nor has it tsx in dependencies: add one of them`,
  );
}

function otherProgram(words: readonly string[], asked: Asked, folder: string): Production {
  const [program = ''] = words;
  const { own } = asked;
  const isDev = program in own.devDependencies && !(program in own.dependencies);
  const note = `${program} is in devDependencies, which the image is without: move it to dependencies.`;
  return command(words, asked, folder, isDev ? [note] : []);
}

function shellCommand(run: string, asked: Asked, folder: string): Production {
  return command(['sh', '-c', run], asked, folder, [
    'The command needs a shell, which stays the first process and passes no signal on: a script of its own is better.',
  ]);
}

function command(words: readonly string[], { context }: Asked, folder: string, notes: Notes): Production {
  const [program = '', file = '', ...rest] = words;
  if (program !== 'node') return { kind: 'command', command: words, folder, notes };
  return { kind: 'command', command: [program, inImage(context, folder, file), ...rest], folder, notes };
}

const none = (reason: string): Production => ({ kind: 'unknown', reason });
