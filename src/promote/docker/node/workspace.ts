import { posix } from 'node:path';
import { foldersUp, has, inside } from '../places.ts';
import type { ProjectFiles } from '../recipe.ts';
import { readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export type Manager = 'npm' | 'pnpm' | 'yarn' | 'berry';

/** A package and what it is installed with. */
export interface Installation {
  /** The folder of the lock file. */
  readonly context: string;
  readonly manager: Manager;
  readonly isLocked: boolean;
  readonly root: Manifest;
  readonly own: Manifest;
  /** Packages of this repository that it uses, and itself as the last: each after those it needs. */
  readonly packages: readonly Manifest[];
}

const LOCKS: readonly (readonly [string, Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

export function installationOf(files: ProjectFiles, own: Manifest): Installation {
  for (const context of foldersUp(own.folder)) {
    const [, found] = LOCKS.find(([name]) => has(files, context, name)) ?? [];
    const root = readManifest(files, context) ?? own;
    const members = found ? membersOf(files, root, context) : [];
    const isIn = context === own.folder || members.some(({ folder }) => folder === own.folder);
    if (!found || !isIn) continue;
    const manager = found === 'yarn' && isBerry(files, root, context) ? 'berry' : found;
    return { context, manager, isLocked: true, root, own, packages: closure(own, members) };
  }
  return { context: own.folder, manager: 'npm', isLocked: false, root: own, own, packages: [own] };
}

/** Of a whole repository, the one that a command names by its name or its folder. */
export function findMember(files: ProjectFiles, from: Manifest, name: string): Manifest | undefined {
  const wanted = name.replace(/^\{?(.*?)\}?(?:\.\.\.)?$/, '$1');
  const found = foldersUp(from.folder).flatMap((folder) => {
    const root = readManifest(files, folder);
    return root ? membersOf(files, root, folder) : [];
  });
  return found.find((one) => one.name === wanted || one.folder === posix.join(from.folder, wanted));
}

/** The first Yarn writes a lock file with a comment of its own; packageManager may say it, too. */
function isBerry(files: ProjectFiles, root: Manifest, context: string): boolean {
  if (/^yarn@[2-9]/.test(root.packageManager ?? '') || has(files, context, '.yarnrc.yml')) return true;
  return /^__metadata:/m.test(files.read(posix.join(context, 'yarn.lock')) ?? '');
}

function membersOf(files: ProjectFiles, root: Manifest, context: string): readonly Manifest[] {
  const patterns = [...root.workspaces, ...pnpmPatterns(files.read(posix.join(context, 'pnpm-workspace.yaml')))];
  const not = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const matches = (some: readonly string[]) =>
    new Set(some.flatMap((pattern) => foldersOf(files, context, posix.normalize(pattern).split('/').filter(Boolean))));
  const excluded = matches(not);
  return [...matches(patterns.filter((pattern) => !pattern.startsWith('!')))]
    .filter((folder) => !excluded.has(folder) && folder !== context)
    .flatMap((folder) => readManifest(files, folder) ?? []);
}

/** The list below `packages:`. */
function pnpmPatterns(yaml = ''): readonly string[] {
  const [, list = ''] = /^packages:[ \t]*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)/m.exec(yaml) ?? [];
  return [...list.matchAll(/^[ \t]*-[ \t]*['"]?([^'"\s#]+)/gm)].map(([, pattern = '']) => pattern);
}

function foldersOf(files: ProjectFiles, folder: string, pattern: readonly string[]): readonly string[] {
  const [first, ...rest] = pattern;
  if (first === undefined) return [folder];
  if (!first.includes('*')) return foldersOf(files, posix.join(folder, first), rest);
  const below = files
    .list(folder)
    .filter((name) => name.endsWith('/') && name !== 'node_modules/' && !name.startsWith('.'))
    .map((name) => name.slice(0, -1));
  if (first === '**')
    return [
      ...foldersOf(files, folder, rest),
      ...below.flatMap((name) => foldersOf(files, posix.join(folder, name), pattern)),
    ];
  const [start = '', end = ''] = first.split('*');
  const matching = below.filter((name) => name.startsWith(start) && name.endsWith(end));
  return matching.flatMap((name) => foldersOf(files, posix.join(folder, name), rest));
}

function closure(own: Manifest, members: readonly Manifest[]): readonly Manifest[] {
  const ordered: Manifest[] = [];
  const seen = new Set<string>();
  const visit = (one: Manifest): void => {
    if (seen.has(one.folder)) return;
    seen.add(one.folder);
    const names = Object.keys({ ...one.dependencies, ...one.devDependencies });
    for (const name of names.toSorted()) {
      const member = members.find((member) => member.name === name);
      if (member) visit(member);
    }
    ordered.push(one);
  };
  visit(own);
  return ordered;
}

/** Folders of packages, as one build argument. */
export function foldersArg(context: string, packages: readonly Manifest[]): string {
  return packages.map(({ folder }) => inside(context, folder) || '.').join(' ');
}
