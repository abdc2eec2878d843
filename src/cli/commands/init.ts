import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configNames } from '../../config/find.ts';
import { kebabName, nameTrouble } from '../../config/names.ts';
import { FailureError } from '../../core/failure.ts';
import { isRecord } from '../../project/file.ts';
import { listWorkspaces } from '../workspaces.ts';
import { EXIT, type Context } from '../context.ts';

type Manifest = Readonly<Record<string, unknown>>;

interface Found {
  readonly name: string;
  /** Relative to the project, `.` for itself. */
  readonly folder: string;
  readonly run: string;
}

/** Writes the smallest config from what the folder says about itself; never over another. */
export function init(context: Context): Promise<number> {
  const existing = configNames.map((name) => path.join(context.cwd, name)).find((file) => existsSync(file));
  if (existing !== undefined) throw new FailureError({ code: 'file-exists', file: existing });
  const manifest = readManifest(context.cwd);
  const manager = packageManager(context.cwd, manifest);
  const members = listWorkspaces(context.cwd, workspacesOf(manifest)).flatMap((folder) =>
    serviceIn(path.join(context.cwd, folder), folder, manager),
  );
  // The `dev` of a monorepo's root starts its members, as devstack will.
  const found = uniquelyNamed(members.length > 0 ? members : serviceIn(context.cwd, '.', manager));
  // Node takes a .ts file in a package without "type": "module" for CommonJS.
  const file = path.join(context.cwd, manifest?.['type'] === 'module' ? 'devstack.config.ts' : 'devstack.config.mts');
  write(file, configText(found));
  const names = found.map(({ name }) => name).join(', ');
  context.print(`wrote ${path.basename(file)}: ${names === '' ? 'an example' : names}`);
  if (names === '') context.say('No package.json with a dev or start script was found: put your own commands in.');
  context.say('Next: devstack up');
  return Promise.resolve(EXIT.ok);
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

function workspacesOf(manifest: Manifest | undefined): readonly string[] {
  const value = manifest?.['workspaces'];
  const list: unknown = isRecord(value) ? value['packages'] : value;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
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

function serviceIn(folder: string, relative: string, manager: string): readonly Found[] {
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
  return [{ name: resourceName(own), folder: relative, run: `${manager} run ${script}` }];
}

/** `@shop/order_service` is `order-service`. */
function resourceName(text: string): string {
  const name = kebabName(text.replace(/^@[^/]*\//, ''))
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 36)
    .replace(/-$/, '');
  if (nameTrouble(name) === undefined) return name;
  const prefixed = `app-${name}`.replace(/-$/, '');
  return nameTrouble(prefixed) === undefined ? prefixed : 'app';
}

function uniquelyNamed(found: readonly Found[]): readonly Found[] {
  const taken = new Set<string>();
  return found.map((one) => {
    let name = one.name;
    for (let count = 2; taken.has(name); count++) name = `${one.name}-${count}`;
    taken.add(name);
    return { ...one, name };
  });
}

const EXAMPLE: Found = {
  name: 'app',
  folder: '.',
  run: `node -e "require('http').createServer((_, answer) => answer.end('hello')).listen(process.env.PORT)"`,
};

function configText(found: readonly Found[]): string {
  const lines = (found.length === 0 ? [EXAMPLE] : found).map(({ name, folder, run }) => {
    const key = /^[a-z0-9]+$/.test(name) ? name : quoted(name);
    const cwd = folder === '.' ? '' : `cwd: ${quoted(`./${folder}`)}, `;
    return `    ${key}: service({ ${cwd}dev: ${quoted(run)} }),`;
  });
  return `import { defineConfig, service } from 'devstack';

export default defineConfig({
  resources: {
${lines.join('\n')}
  },
});
`;
}

function quoted(text: string): string {
  return /['\\\n\r]/.test(text) ? JSON.stringify(text) : `'${text}'`;
}
