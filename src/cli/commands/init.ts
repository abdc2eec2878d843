import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  adopt,
  adoptEcosystem,
  configOf,
  isEcosystem,
  pnpmPackages,
  uniqueNames,
  KNOWN_FILES,
  type Adopted,
  type AdoptedStack,
} from '../../adopt/index.ts';
import { configNames } from '../../config/find.ts';
import { FailureError } from '../../core/failure.ts';
import { isRecord } from '../../project/file.ts';
import { listWorkspaces } from '../workspaces.ts';
import { EXIT, type Context } from '../context.ts';

type Manifest = Readonly<Record<string, unknown>>;

export interface InitOptions {
  /** A file of another tool. */
  readonly from?: string;
}

/** Writes a config from what the folder says about itself, or from the file of another tool; never over another. */
export function init(context: Context, options: InitOptions): Promise<number> {
  const existing = configNames.map((name) => path.join(context.cwd, name)).find((file) => existsSync(file));
  if (existing !== undefined) throw new FailureError({ code: 'file-exists', file: existing });
  const manifest = readManifest(context.cwd);
  const stack = stackOf(context, manifest, options);
  // Node takes a .ts file in a package without "type": "module" for CommonJS.
  const file = path.join(context.cwd, manifest?.['type'] === 'module' ? 'devstack.config.ts' : 'devstack.config.mts');
  const isExample = stack.resources.length === 0;
  const text = configOf(isExample ? { ...stack, resources: [EXAMPLE] } : stack);
  write(file, text);
  const names = uniqueNames(stack.resources.map(({ name }) => name)).join(', ');
  context.print(`wrote ${path.basename(file)}: ${isExample ? 'an example' : names}`);
  if (isExample) context.say('No package.json with a dev or start script was found: put your own commands in.');
  const notes = stack.resources.reduce((count, resource) => count + resource.notes.length, 0);
  if (notes > 0) context.say(`${notes === 1 ? '1 comment says' : `${notes} comments say`} what was not carried over.`);
  const folders = missingFolders(context.cwd, stack);
  if (folders.length > 0) context.say(`Compose makes folders that are not there. Here: mkdir -p ${folders.join(' ')}`);
  context.say(`Next: ${notes > 0 ? 'devstack check, then ' : ''}devstack up`);
  return Promise.resolve(EXIT.ok);
}

/** What containers mount from the project and nobody has made; a name with an ending is likely to be a file. */
function missingFolders(cwd: string, { resources }: AdoptedStack): readonly string[] {
  const mounted = resources.flatMap(({ options }) => {
    const volumes = options.find(([key]) => key === 'volumes')?.[1];
    return volumes?.kind === 'object' ? volumes.entries.map(([source]) => source) : [];
  });
  const isMissing = (source: string): boolean =>
    /^\.\.?\/[\w./-]+$/.test(source) && path.extname(source) === '' && !existsSync(path.join(cwd, source));
  return [...new Set(mounted)].filter(isMissing);
}

/** What was asked for; else the file of another tool, with the packages that are not in it. */
function stackOf({ cwd }: Context, manifest: Manifest | undefined, { from }: InitOptions): AdoptedStack {
  const source = from ?? KNOWN_FILES.find((name) => existsSync(path.join(cwd, name)));
  const packages = from === undefined ? packagesOf(cwd, manifest) : [];
  if (source === undefined) return { resources: packages, groups: [], notes: [] };
  const stack = isEcosystem(source) ? adoptEcosystem(source, exportsOf(cwd, source)) : adopt(source, reader(cwd));
  const names = new Set(stack.resources.map(({ name }) => name));
  const folders = new Set(stack.resources.map(folderIn));
  // Of a tool that starts commands they are all there; a compose file may hold the servers alone.
  const isWhole = stack.resources.some(({ builder }) => builder === 'service' || builder === 'worker');
  const others = isWhole ? [] : packages.filter((one) => !names.has(one.name) && !folders.has(folderIn(one)));
  return { ...stack, resources: [...stack.resources, ...others] };
}

const reader =
  (cwd: string) =>
  (file: string): string | undefined => {
    try {
      return readFileSync(path.resolve(cwd, file), 'utf8');
    } catch {
      return undefined; // not there, or a folder
    }
  };

/** PM2 runs the file, so there is no other way to know what it says. */
function exportsOf(cwd: string, file: string): unknown {
  try {
    const exported: unknown = createRequire(import.meta.url)(path.resolve(cwd, file));
    return isRecord(exported) && isRecord(exported['default']) ? exported['default'] : exported;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new FailureError({ code: 'source-unreadable', file, reason }, error);
  }
}

function folderIn({ options }: Adopted): string {
  const cwd = options.find(([key]) => key === 'cwd')?.[1];
  return cwd?.kind === 'value' ? path.normalize(String(cwd.value)) : '.';
}

function packagesOf(cwd: string, manifest: Manifest | undefined): readonly Adopted[] {
  const manager = packageManager(cwd, manifest);
  const members = listWorkspaces(cwd, workspacesOf(cwd, manifest)).flatMap((folder) =>
    serviceIn(path.join(cwd, folder), folder, manager),
  );
  // The `dev` of a monorepo's root starts its members, as devstack will.
  const found = members.length > 0 ? members : serviceIn(cwd, '.', manager);
  const names = uniqueNames(found.map(({ name }) => name));
  return found.map((one, index) => ({ ...one, name: names[index] ?? one.name }));
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new FailureError({ code: 'file-exists', file }, error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new FailureError({ code: 'state-unwritable', path: file, reason }, error);
  }
}

function readManifest(folder: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // no package.json, or not one that can be read
  }
}

function workspacesOf(cwd: string, manifest: Manifest | undefined): readonly string[] {
  const value = manifest?.['workspaces'];
  const list: unknown = isRecord(value) ? value['packages'] : value;
  if (Array.isArray(list)) return list.filter((item) => typeof item === 'string');
  return pnpmPackages(reader(cwd));
}

const LOCK_FILES = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const;

/** What the project says it uses, else what has locked its packages; npm comes with Node. */
function packageManager(folder: string, manifest: Manifest | undefined): string {
  const field = manifest?.['packageManager'];
  const named = typeof field === 'string' ? /^(npm|pnpm|yarn|bun)@/.exec(field)?.[1] : undefined;
  return named ?? LOCK_FILES.find(([file]) => existsSync(path.join(folder, file)))?.[1] ?? 'npm';
}

function serviceIn(folder: string, relative: string, manager: string): readonly Adopted[] {
  const manifest = readManifest(folder);
  const scripts = manifest?.['scripts'];
  if (!isRecord(scripts)) return [];
  // A script that starts devstack would start itself.
  const script = ['dev', 'start'].find((name) => {
    const text = scripts[name];
    return typeof text === 'string' && !/\bdevstack\b/.test(text);
  });
  if (script === undefined) return [];
  const own = typeof manifest?.['name'] === 'string' ? manifest['name'] : path.basename(folder);
  const cwd: Adopted['options'] = relative === '.' ? [] : [['cwd', { kind: 'value', value: `./${relative}` }]];
  const dev = { kind: 'value', value: `${manager} run ${script}` } as const;
  return [{ name: own, builder: 'service', options: [...cwd, ['dev', dev]], notes: [] }];
}

const EXAMPLE: Adopted = {
  name: 'app',
  builder: 'service',
  options: [
    [
      'dev',
      {
        kind: 'value',
        value: `node -e "require('http').createServer((_, answer) => answer.end('hello')).listen(process.env.PORT)"`,
      },
    ],
  ],
  notes: [],
};
