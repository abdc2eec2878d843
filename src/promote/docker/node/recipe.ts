import { ignoreLines } from '../ignore.ts';
import { CA } from '../pieces.ts';
import { argOf, has, inImage, inside, isPlain, nearest } from '../places.ts';
import { unknown } from '../recipe.ts';
import type { BaseImage, BuildSecret, Program, ProjectFiles, Recipe, Unknown } from '../recipe.ts';
import * as server from '../static/server.ts';
import { productionOf } from './command.ts';
import type { Production } from './command.ts';
import { nodeDockerfile } from './dockerfile.ts';
import type { NodeShape } from './dockerfile.ts';
import { readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { scriptCall, wordsOf } from './script.ts';
import { nodeMajor, nodeName } from './version.ts';
import { foldersArg, installationOf } from './workspace.ts';
import type { Installation, Manager } from './workspace.ts';

/** Undefined where there is no package.json above the program. */
export function nodeRecipe(program: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | Unknown | undefined {
  const at = nearest(files, program.cwd, ['package.json']);
  if (at === undefined) return undefined;
  const nearby = readManifest(files, at);
  if (!nearby) return unknown(`${at}/package.json is not JSON`);
  if (['bun.lock', 'bun.lockb'].some((name) => nearest(files, at, [name]) !== undefined))
    return unknown('a lock file of Bun was found, which has no recipe');
  // `pnpm --filter web dev` at the root is a program of another package.
  const own = scriptCall(files, nearby, wordsOf(program.run) ?? [])?.of ?? nearby;
  const installation = installationOf(files, own);
  const { context, packages } = installation;
  const bad = [program.cwd, ...packages.map(({ folder }) => folder)].find((folder) => !isPlain(folder));
  if (bad !== undefined) return unknown(`the name of the folder ${bad} has characters that a Dockerfile cannot take`);
  const production = productionOf({ files, own, from: nearby, context, role: program.role }, program.run, program.cwd);
  if (production.kind === 'unknown') return production;
  return recipe(installation, production, files, baseImage);
}

function recipe(
  installation: Installation,
  production: Exclude<Production, { kind: 'unknown' }>,
  files: ProjectFiles,
  baseImage: BaseImage,
): Recipe | Unknown {
  const { context, own, root, manager, isLocked, packages } = installation;
  const builds = packages.filter((one) => 'build' in one.scripts);
  const isStatic = production.kind === 'files';
  if (isStatic && !('build' in own.scripts))
    return unknown(`package.json of ${own.folder} has a server for development and no build script: add one`);
  const major = nodeMajor(files, own.folder, own.engine ?? root.engine);
  const shape = [
    `${nodeName(major)}-${manager === 'berry' ? 'yarn-berry' : manager}`,
    ...(isLocked ? [] : ['unlocked']),
    ...(isStatic ? ['static'] : builds.length > 0 ? ['build'] : []),
  ].join('-');
  const image = `node:${major}-alpine`;
  const of: NodeShape = { shape, manager, isLocked, image, builds: builds.length > 0, isStatic };
  return {
    kind: 'recipe',
    shape,
    dockerfile: nodeDockerfile(of, baseImage),
    context,
    args: {
      TITLE: own.name ?? argOf(context, own.folder),
      FOLDERS: foldersArg(context, packages),
      ...selection(installation, isStatic),
      ...version(installation, files),
      ...(builds.length > 0 && { BUILD: foldersArg(context, builds) }),
      ...(isStatic && { OUTPUT: inside(context, `${own.folder}/${outputOf(files, own, production.output)}`) }),
    },
    ...(isStatic ? servedFiles() : running(production, installation)),
    ignore: ignoreLines([
      '**/node_modules',
      '**/coverage',
      '**/.turbo',
      '**/.next',
      '**/.vite',
      '**/*.tsbuildinfo',
      '.yarn/cache',
      '.yarn/unplugged',
      '.yarn/install-state.gz',
      '.pnp.*',
      '**/.pnpm-store',
      ...(builds.length > 0 ? ['**/dist'] : []),
    ]),
    secrets: secretsOf(manager),
    baseImages: [image, ...(isStatic ? [server.SERVER_IMAGE] : [])].map(baseImage),
    notes: [...production.notes, ...notesOf(installation, files, isStatic)],
  };
}

/** The name is what managers other than npm select by. */
function selection(
  { context, own, root, manager }: Installation,
  isStatic: boolean,
): { readonly [name: string]: string } {
  const isRoot = own.folder === root.folder;
  return {
    ...(!isRoot && (!isStatic || manager === 'npm') && { WORKSPACE: inside(context, own.folder) }),
    ...(!isRoot && manager !== 'npm' && manager !== 'yarn' && { PACKAGE: own.name ?? inside(context, own.folder) }),
  };
}

/** The version that packageManager names, or one that knows the lock file. */
function version({ manager, root, context }: Installation, files: ProjectFiles): { readonly [name: string]: string } {
  const [, named] = /@(\d[^+]*)/.exec(root.packageManager ?? '') ?? [];
  switch (manager) {
    case 'npm':
      return {};
    case 'pnpm': {
      const [, lock = '9'] = /^lockfileVersion: '?(\d+)/m.exec(files.read(`${context}/pnpm-lock.yaml`) ?? '') ?? [];
      return { PNPM: named ?? (Number(lock) < 6 ? '7' : Number(lock) < 9 ? '8' : '10') };
    }
    case 'yarn':
      return { YARN: named ?? '1.22.22' };
    case 'berry':
      return { YARN: named ?? '4' };
  }
}

function running({ command, folder }: Extract<Production, { kind: 'command' }>, { context, own }: Installation) {
  const isNext = command[0] === 'next';
  return {
    command,
    workdir: inImage(context, folder),
    user: 1000,
    writable: ['/tmp', ...(isNext ? [inImage(context, own.folder, '.next/cache')] : [])],
  };
}

function servedFiles() {
  const { SERVER_COMMAND: command, SERVER_USER: user, SERVER_WRITABLE: writable, SERVER_PORT: port } = server;
  return { command, workdir: '/', user, writable, port };
}

function outputOf(files: ProjectFiles, own: Manifest, usual: string): string {
  const names = ['vite.config.ts', 'vite.config.js', 'vite.config.mts', 'vite.config.mjs', 'astro.config.mjs'];
  const texts = names.map((name) => files.read(`${own.folder}/${name}`) ?? '');
  const named = texts.map((text) => /\boutDir\s*:\s*['"]([^'"]+)['"]/.exec(text)?.[1]);
  return named.find((output) => output !== undefined && isPlain(output)) ?? usual;
}

function secretsOf(manager: Manager): readonly BuildSecret[] {
  return [
    { id: 'npmrc', of: 'home', file: '.npmrc' },
    { id: 'npmrc-project', of: 'context', file: '.npmrc' },
    ...(manager === 'berry' ? [{ id: 'yarnrc', of: 'home' as const, file: '.yarnrc.yml' }] : []),
    CA,
  ];
}

function notesOf({ context, own, manager, isLocked, packages }: Installation, files: ProjectFiles, isStatic: boolean) {
  const notes: string[] = [];
  if (!isLocked) notes.push('There is no lock file, so two builds may get two versions of a package: commit one.');
  if (packages.some(({ scripts }) => 'postinstall' in scripts || 'install' in scripts))
    notes.push('The postinstall script of the package is not run in the image: call it in the build script.');
  if (/\$\{?\w+/.test(files.read(`${context}/.npmrc`) ?? ''))
    notes.push('.npmrc names variables, which a build has not: have the values in the .npmrc of the home folder.');
  if (manager === 'yarn' && packages.length > 1)
    notes.push('Yarn 1 installs the packages of every workspace, so the image is larger than it need be.');
  if (isStatic && !(files.read(`${own.folder}/index.html`) ?? '').includes('/config.js'))
    notes.push(
      'What the page reads by import.meta.env is fixed when it is built. For values of the environment it runs in, load /config.js and read window.__CONFIG__.',
    );
  if (isStatic && has(files, own.folder, '.env.production'))
    notes.push('.env.production does not reach the build, as files of that kind hold secrets.');
  return notes;
}
