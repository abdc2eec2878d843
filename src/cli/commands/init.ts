import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  adopt,
  adoptEcosystem,
  adoptWorkspace,
  configOf,
  isEcosystem,
  isTurbo,
  manifestIn,
  uniqueNames,
  workspacePatterns,
  KNOWN_FILES,
  type Adopted,
  type AdoptedStack,
  type Read,
} from '../../adopt/index.ts';
import { configNames } from '../../config/find.ts';
import { FailureError } from '../../core/failure.ts';
import { isRecord } from '../../project/file.ts';
import { listWorkspaces } from '../workspaces.ts';
import { EXIT, type Context } from '../context.ts';

export interface InitOptions {
  /** A file of another tool. */
  readonly from?: string;
}

/** Writes a config from what the folder says about itself, or from the file of another tool; never over another. */
export function init(context: Context, options: InitOptions): Promise<number> {
  const existing = configNames.map((name) => path.join(context.cwd, name)).find((file) => existsSync(file));
  if (existing !== undefined) throw new FailureError({ code: 'file-exists', file: existing });
  const read = reader(context.cwd);
  const stack = stackOf(context, read, options);
  // Node takes a .ts file in a package without "type": "module" for CommonJS.
  const file = path.join(
    context.cwd,
    manifestIn('.', read)?.['type'] === 'module' ? 'devstack.config.ts' : 'devstack.config.mts',
  );
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
  if (isTracked(context.cwd, read))
    context.say(
      'Overrides of yours alone go into devstack.local.ts; keep it out of git: devstack.local.* in .gitignore',
    );
  context.say(`Next: ${notes > 0 ? 'devstack check, then ' : ''}devstack up`);
  return Promise.resolve(EXIT.ok);
}

/** A repository that would take the overrides of one person for everybody's. */
function isTracked(cwd: string, read: Read): boolean {
  return existsSync(path.join(cwd, '.git')) && read('.gitignore')?.includes('devstack.local') !== true;
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
function stackOf({ cwd }: Context, read: Read, { from }: InitOptions): AdoptedStack {
  const source = from ?? KNOWN_FILES.find((name) => existsSync(path.join(cwd, name)));
  if (source === undefined || (isTurbo(source) && read(source) !== undefined)) return packagesOf(cwd, read);
  const stack = isEcosystem(source) ? adoptEcosystem(source, exportsOf(cwd, source)) : adopt(source, read);
  // Of a tool that starts commands they are all there; a compose file may hold the servers alone.
  const isWhole = stack.resources.some(({ builder }) => builder === 'service' || builder === 'worker');
  if (from !== undefined || isWhole) return stack;
  const names = new Set(stack.resources.map(({ name }) => name));
  const folders = new Set(stack.resources.map(folderIn));
  const packages = packagesOf(cwd, read);
  const others = packages.resources.filter((one) => {
    const folder = folderIn(one);
    return !names.has(one.name) && (folder === undefined || !folders.has(folder));
  });
  return { ...stack, resources: [...stack.resources, ...others], notes: [...stack.notes, ...packages.notes] };
}

const reader =
  (cwd: string): Read =>
  (file) => {
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

/** The folder its program is in; servers have none. */
function folderIn({ builder, options }: Adopted): string | undefined {
  for (const key of ['cwd', 'build']) {
    const folder = options.find(([name]) => name === key)?.[1];
    if (folder?.kind === 'value') return path.normalize(String(folder.value));
  }
  return builder === 'service' ? '.' : undefined;
}

const packagesOf = (cwd: string, read: Read): AdoptedStack =>
  adoptWorkspace(listWorkspaces(cwd, workspacePatterns(read)), read, path.basename(cwd));

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
