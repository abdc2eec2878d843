import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configNames } from '../../config/find.ts';
import { FailureError } from '../../core/failure.ts';
import { isRecord } from '../../project/file.ts';
import { EXIT, type Context } from '../context.ts';

interface Found {
  readonly name: string;
  /** Relative to the project, `.` for itself. */
  readonly folder: string;
  readonly script: string;
}

/** Writes the smallest config from what the folder says about itself; never over another. */
export async function init(context: Context): Promise<number> {
  const existing = configNames.map((name) => path.join(context.cwd, name)).find((file) => existsSync(file));
  if (existing !== undefined) throw new FailureError({ code: 'file-exists', file: existing });
  const manifest = readManifest(context.cwd);
  const found = [...servicesIn(context.cwd, manifest, '.'), ...workspacesOf(manifest).flatMap((pattern) => workspaceServices(context.cwd, pattern))];
  // In a CommonJS package `import` in a .ts file is refused by TypeScript's own checks.
  const file = path.join(context.cwd, manifest?.['type'] === 'module' ? 'devstack.config.ts' : 'devstack.config.mts');
  writeFileSync(file, configText(found), { flag: 'wx' });
  context.print(`wrote ${path.basename(file)}: ${found.length === 0 ? 'an example service, since no package.json with a dev or start script was found' : found.map(({ name }) => name).join(', ')}`);
  context.say('Next: devstack up');
  return EXIT.ok;
}

function readManifest(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // no package.json, or not one that can be read
  }
}

function workspacesOf(manifest: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const value = manifest?.['workspaces'];
  const list = isRecord(value) ? value['packages'] : value;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/** Workspace patterns are folders, or all folders of a folder: `packages/*`. */
function workspaceServices(root: string, pattern: string): readonly Found[] {
  const folders = pattern.endsWith('/*') ? listFolders(root, pattern.slice(0, -2)) : [pattern];
  return folders.flatMap((folder) => servicesIn(path.join(root, folder), readManifest(path.join(root, folder)), folder));
}

function listFolders(root: string, parent: string): readonly string[] {
  try {
    return readdirSync(path.join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.posix.join(parent, name))
      .sort();
  } catch {
    return []; // the pattern matches nothing
  }
}

function servicesIn(folder: string, manifest: Readonly<Record<string, unknown>> | undefined, relative: string): readonly Found[] {
  const scripts = manifest?.['scripts'];
  const script = ['dev', 'start'].find((name) => isRecord(scripts) && typeof scripts[name] === 'string');
  if (script === undefined) return [];
  const own = typeof manifest?.['name'] === 'string' ? manifest['name'] : path.basename(folder);
  return [{ name: identifier(own), folder: relative, script }];
}

function identifier(name: string): string {
  const words = name.replace(/^@[^/]*\//, '').split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const camel = words.map((word, index) => (index === 0 ? word.toLowerCase() : word[0]?.toUpperCase() + word.slice(1))).join('');
  return /^[a-z]/.test(camel) ? camel : `app${camel}`;
}

function configText(found: readonly Found[]): string {
  const services = found.length === 0 ? [{ name: 'app', folder: '.', script: '' }] : found;
  const lines = services.map(({ name, folder, script }) => {
    const run = script === '' ? `node -e "require('http').createServer((_, r) => r.end('hello')).listen(process.env.PORT)"` : `npm run ${script}`;
    return `const ${name} = service({ ${folder === '.' ? '' : `cwd: './${folder}', `}dev: ${JSON.stringify(run)} });`;
  });
  return `import { defineConfig, service } from 'devstack';

${lines.join('\n')}

export default defineConfig({ resources: { ${services.map(({ name }) => name).join(', ')} } });
`;
}
