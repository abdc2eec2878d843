import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-init-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function manifest(where: string, value: object): void {
  mkdirSync(path.join(folder, where), { recursive: true });
  writeFileSync(path.join(folder, where, 'package.json'), JSON.stringify(value));
}

const run = (...argv: readonly string[]) => devstack(argv, { cwd: folder }).finished;
const written = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const valid = async (count: number, file: string): Promise<void> =>
  expect(await run('check')).toEqual({
    code: 0,
    stdout: `${file}: ${count === 1 ? '1 resource' : `${count} resources`}, fine\n`,
    stderr: '',
  });

test('a package becomes a service of its dev script', async () => {
  manifest('.', { name: '@shop/order_service', type: 'module', scripts: { dev: 'vite', start: 'node .' } });
  expect(await run('init')).toEqual({
    code: 0,
    stdout: 'wrote devstack.config.ts: order-service\n',
    stderr: 'Next: devstack up\n',
  });
  expect(written('devstack.config.ts')).toBe(`import { defineConfig, service } from 'devstack';

const orderService = service({ dev: 'npm run dev' });

export default defineConfig({
  resources: { orderService },
});
`);
  await valid(1, 'devstack.config.ts');
});

test('workspaces become a service each; the root, which starts them, does not', async () => {
  manifest('.', {
    name: 'shop',
    workspaces: ['packages/*', 'tools/**', '!packages/old', 'it\'s "here"'],
    scripts: { dev: 'turbo dev' },
  });
  manifest('packages/api', { name: 'api', scripts: { start: 'node .' } });
  manifest('packages/web', { name: '@shop/web', scripts: { dev: 'vite' } });
  manifest('packages/old', { name: 'old', scripts: { dev: 'vite' } });
  manifest('packages/lib', { name: 'lib', scripts: { build: 'tsc' } });
  manifest('packages/ops', { name: 'ops', scripts: { dev: 'devstack up', start: 'devstack up' } });
  manifest('tools/deep/er', { name: '@tools/web', scripts: { dev: 'x' } });
  manifest('tools/node_modules/no', { name: 'no', scripts: { dev: 'x' } });
  manifest('it\'s "here"', { name: '7-all', scripts: { dev: 'x' } });
  expect(await run('init')).toEqual({
    code: 0,
    stdout: 'wrote devstack.config.mts: app-7-all, api, web, web-2\n',
    stderr: 'Next: devstack up\n',
  });
  expect(written('devstack.config.mts')).toBe(`import { defineConfig, service } from 'devstack';

const app7All = service({ cwd: "./it's \\"here\\"", dev: 'npm run dev' });

const api = service({ cwd: './packages/api', dev: 'npm run start' });

const web = service({ cwd: './packages/web', dev: 'npm run dev' });

const web2 = service({ cwd: './tools/deep/er', dev: 'npm run dev' });

export default defineConfig({
  resources: { 'app-7-all': app7All, api, web, 'web-2': web2 },
});
`);
  await valid(4, 'devstack.config.mts');
});

test.each([
  ['pnpm', { packageManager: 'pnpm@9.15.0+sha512.aa' }, 'yarn.lock'],
  ['yarn', {}, 'yarn.lock'],
  ['pnpm', {}, 'pnpm-lock.yaml'],
  ['bun', {}, 'bun.lock'],
  ['bun', {}, 'bun.lockb'],
  ['npm', { packageManager: 'npm@11.0.0' }, 'pnpm-lock.yaml'],
  ['npm', { packageManager: 'make me a sandwich' }, 'package-lock.json'],
])('scripts are run by %s where there is %j and %s', async (manager, field, lock) => {
  manifest('.', { ...field, workspaces: ['api'], scripts: { dev: 'x' } });
  manifest('api', { name: 'api', scripts: { dev: 'vite' } });
  writeFileSync(path.join(folder, lock), '');
  expect((await run('init')).code).toBe(0);
  expect(written('devstack.config.mts')).toContain(`const api = service({ cwd: './api', dev: '${manager} run dev' })`);
});

test('names that mean something to JavaScript are names like others', async () => {
  manifest('.', { workspaces: { packages: ['*'] }, type: 'module' });
  for (const name of ['class', 'default', 'service', 'constructor', 'all'])
    manifest(name, { name, scripts: { dev: 'x' } });
  expect((await run('init')).stdout).toBe(
    'wrote devstack.config.ts: app-all, class, app-constructor, default, service\n',
  );
  await valid(5, 'devstack.config.ts');
});

test('where there is nothing to go by, the example is one that runs', async () => {
  expect(await run('init')).toEqual({
    code: 0,
    stdout: 'wrote devstack.config.mts: an example\n',
    stderr: 'No package.json with a dev or start script was found: put your own commands in.\nNext: devstack up\n',
  });
  await valid(1, 'devstack.config.mts');
});

test.each(['devstack.config.ts', 'devstack.config.mts', 'devstack.config.js', 'devstack.config.mjs'])(
  '%s is never overwritten',
  async (file) => {
    writeFileSync(path.join(folder, file), 'mine');
    expect(await run('init')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${folder}/${file} exists; it is left as it is.\n`,
    });
    expect(written(file)).toBe('mine');
  },
);

test('folders that compose would make are named', async () => {
  const volumes = "['./data:/data', './more/logs:/logs', './there:/there', './a.conf:/a.conf', 'kept:/kept']";
  writeFileSync(path.join(folder, 'compose.yaml'), `services: { a: { image: acme/a, volumes: ${volumes} } }`);
  mkdirSync(path.join(folder, 'there'));
  expect((await run('init')).stderr).toBe(
    'Compose makes folders that are not there. Here: mkdir -p ./data ./more/logs\nNext: devstack up\n',
  );
});

const cases = path.join(import.meta.dirname, '../unit/adopt/compose');

test.each(readdirSync(cases))('what is made of the compose file of %s is a config without a problem', async (name) => {
  cpSync(path.join(cases, name), folder, { recursive: true });
  const { code, stdout, stderr } = await run('init');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/Next: /)]);
  const file = stdout.split(' ')[1]?.replace(':\n', '').replace(':', '') ?? '';
  const golden = readFileSync(path.join(cases, '../golden', `${name}.mts`), 'utf8');
  expect(written(file)).toBe(golden);
  expect((await run('check')).stderr).toBe('');
});

test('servers of a compose file and the programs of packages are one config', async () => {
  writeFileSync(path.join(folder, 'compose.yaml'), 'services: { db: { image: postgres:17 } }');
  writeFileSync(path.join(folder, 'pnpm-workspace.yaml'), "packages:\n  - 'apps/*'\n");
  manifest('.', { name: 'shop' });
  manifest('apps/api', { name: '@shop/api', scripts: { dev: 'tsx watch src' } });
  manifest('apps/db', { name: 'db', scripts: { dev: 'x' } });
  expect((await run('init')).stdout).toBe('wrote devstack.config.mts: db, api\n');
  expect(written('devstack.config.mts')).toContain("const api = service({ cwd: './apps/api', dev: 'npm run dev' });");
  await valid(2, 'devstack.config.mts');
});

test('the package of a folder joins the servers of its compose file', async () => {
  writeFileSync(path.join(folder, 'compose.yaml'), 'services: { db: { image: postgres:17 } }');
  manifest('.', { name: 'shop', scripts: { dev: 'x' } });
  expect((await run('init')).stdout).toBe('wrote devstack.config.mts: db, shop\n');
  await valid(2, 'devstack.config.mts');
});

test('what Turborepo builds before dev is built once, and the servers of a compose file join', async () => {
  manifest('.', { name: 'shop', type: 'module', workspaces: ['apps/*', 'packages/*'], scripts: { dev: 'turbo dev' } });
  manifest('apps/api', { name: '@shop/api', scripts: { dev: 'x' }, dependencies: { '@shop/db': '*', pg: '8' } });
  manifest('apps/web', {
    name: '@shop/web',
    scripts: { develop: 'x', dev: 'x' },
    devDependencies: { '@shop/ui': '*' },
  });
  manifest('apps/docs', { name: 'docs', scripts: { serve: 'x', start: 'x' } });
  manifest('packages/ui', { name: '@shop/ui', scripts: { build: 'x' } });
  manifest('packages/db', { name: '@shop/db', scripts: { build: 'x', generate: 'x' } });
  const tasks = `{
  // as Turborepo reads it
  "tasks": {
    "build": { "dependsOn": ["^build"] },
    "dev": { "dependsOn": ["^build"], "persistent": true },
    "docs#serve": { "persistent": true },
    "@shop/web#dev": { "dependsOn": ["^build", "codegen", "@shop/db#generate"], "persistent": true },
  },
}`;
  writeFileSync(path.join(folder, 'turbo.json'), tasks);
  writeFileSync(
    path.join(folder, 'apps/api/turbo.json'),
    '{ "extends": ["//"], "tasks": { "dev": { "dependsOn": ["$TURBO_EXTENDS$", "generate"] } } }',
  );
  writeFileSync(path.join(folder, 'compose.yaml'), 'services: { db: { image: postgres:17 } }');
  expect((await run('init')).stdout).toBe('wrote devstack.config.ts: db, turbo, api, docs, web\n');
  expect(written('devstack.config.ts'))
    .toBe(`// Made from compose.yaml by devstack init. Check each line that has a comment above it.
// Made from turbo.json by devstack init.

import { defineConfig, postgres, service, task } from 'devstack';

const db = postgres({ version: '17' });

const turbo = task({
  run: 'turbo run build "--filter=@shop/api^..." "--filter=@shop/web^..." && turbo run generate --filter=@shop/api --filter=@shop/db && turbo run codegen --filter=@shop/web',
});

const api = service({ cwd: './apps/api', dev: 'npm run dev', dependsOn: [turbo] });

const docs = service({ cwd: './apps/docs', dev: 'npm run serve' });

const web = service({ cwd: './apps/web', dev: 'npm run dev', dependsOn: [turbo] });

export default defineConfig({
  resources: { db, turbo, api, docs, web },
});
`);
  await valid(5, 'devstack.config.ts');
});

test('a script that is called dev is the one, whatever else goes on until it is stopped', async () => {
  manifest('.', { name: 'shop', workspaces: ['*'], type: 'module' });
  manifest('api', { name: 'api', scripts: { 'test:watch': 'x', dev: 'x', start: 'x' } });
  manifest('web', { name: 'web', scripts: { start: 'x', develop: 'x' } });
  writeFileSync(
    path.join(folder, 'turbo.json'),
    JSON.stringify({
      tasks: {
        'test:watch': { persistent: true },
        start: { persistent: true },
        develop: { persistent: true },
        dev: { cache: false },
      },
    }),
  );
  writeFileSync(
    path.join(folder, 'web/turbo.json'),
    '{ "extends": ["//"], "tasks": { "start": { "persistent": false } } }',
  );
  await run('init');
  expect(written('devstack.config.ts')).toContain("service({ cwd: './api', dev: 'npm run dev' })");
  expect(written('devstack.config.ts')).toContain("service({ cwd: './web', dev: 'npm run develop' })");
});

test('--from turbo.json leaves the compose file out; what Turborepo cannot read is not half read', async () => {
  manifest('.', { name: 'shop', scripts: { dev: 'x' }, type: 'module' });
  writeFileSync(path.join(folder, 'compose.yaml'), 'services: { db: { image: postgres:17 } }');
  writeFileSync(path.join(folder, 'turbo.json'), '{ "pipeline": { "dev": ');
  expect(await run('init', '--from', 'turbo.json')).toEqual({
    code: 1,
    stdout: '',
    stderr: `turbo.json cannot be read: Unexpected end of JSON input
Nothing was written. Name another file with --from, or leave it out.
`,
  });
  writeFileSync(path.join(folder, 'turbo.json'), '{ "pipeline": { "dev": { "dependsOn": ["^build", "$HOME"] } } }');
  expect((await run('init', '--from', 'turbo.json')).stdout).toBe('wrote devstack.config.ts: shop\n');
  await valid(1, 'devstack.config.ts');
});

test('--from reads one file alone, wherever it is', async () => {
  manifest('.', { name: 'shop', scripts: { dev: 'x' }, type: 'module' });
  writeFileSync(path.join(folder, 'compose.yaml'), 'services: { db: { image: postgres:17 } }');
  writeFileSync(
    path.join(folder, 'ecosystem.config.cjs'),
    "module.exports = { apps: [{ name: 'api', script: 'a.js' }] };",
  );
  expect((await run('init', '--from', 'ecosystem.config.cjs')).stdout).toBe('wrote devstack.config.ts: api\n');
  await valid(1, 'devstack.config.ts');
});

test.each([
  ['gone.yaml', '', 'gone.yaml cannot be read: it is not there'],
  ['Procfile', 'nothing', 'Procfile cannot be read: nothing in it can be started'],
  ['ecosystem.config.cjs', 'throw new Error("mine")', 'ecosystem.config.cjs cannot be read: mine'],
  ['api-turbo.json', '{}', 'api-turbo.json cannot be read: devstack does not know files of this name'],
])('of %s that cannot be read nothing is written', async (file, text, title) => {
  if (text !== '') writeFileSync(path.join(folder, file), text);
  expect(await run('init', '--from', file)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${title}\nNothing was written. Name another file with --from, or leave it out.\n`,
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('devstack'))).toEqual([]);
});
