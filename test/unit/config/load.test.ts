import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findConfig } from '../../../src/config/find.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { resolveStack } from '../../../src/config/resolve.ts';
import type { Stack } from '../../../src/core/stack.ts';
import type { Files } from './folder.ts';
import { inFolder, writeFiles } from './folder.ts';
import { shopFiles } from './shop-config.ts';

async function stackOf(files: Files): Promise<Stack> {
  return inFolder(files, async (folder) => (await loadConfig({ cwd: folder })).stack);
}

const one = `import { defineConfig, service } from 'devstack';
export default defineConfig({ resources: { api: service({ dev: 'node api.js' }) } });`;

test('the smallest config gets a stack with every default', async () => {
  const stack = await stackOf({
    'devstack.config.ts': `import { defineConfig, postgres, service } from 'devstack';
const db = postgres();
const api = service({ dev: 'npm run dev', env: { DATABASE_URL: db.url } });
export default defineConfig({ resources: { db, api } });`,
  });
  expect({ ...stack, root: '', file: '' }).toEqual({
    name: 'shop',
    root: '',
    file: '',
    resources: [
      {
        kind: 'container',
        name: 'db',
        at: 'devstack.config.ts:2',
        engine: 'postgres',
        runtime: 'auto',
        version: '17',
        image: 'postgres:17',
        autostart: true,
        dependencies: [],
        companions: [],
        env: {},
        ports: [{ name: 'postgres', port: 'auto', env: 'PORT', protocol: 'tcp', containerPort: 5432 }],
        health: {},
        stop: { signal: 'SIGTERM', graceMs: 10_000 },
        links: {},
        persist: true,
        files: {},
        volumes: {},
        args: [],
        envFiles: [],
        restart: 'on-failure',
        restartWith: [],
        settings: {
          user: 'app',
          password: [{ kind: 'secret', name: 'db.password', generateLength: 24 }],
          database: 'db',
          databases: [],
          init: [],
          options: {},
        },
      },
      {
        kind: 'process',
        role: 'service',
        name: 'api',
        at: 'devstack.config.ts:3',
        run: 'npm run dev',
        autostart: true,
        dependencies: [{ on: 'db', gate: 'ready' }],
        companions: [],
        env: { DATABASE_URL: [{ kind: 'resource', resource: 'db', part: 'url' }] },
        ports: [{ name: 'http', port: 'auto', env: 'PORT', protocol: 'http', containerPort: 8080 }],
        health: {},
        stop: { signal: 'SIGTERM', graceMs: 10_000 },
        links: {},
        cwd: stack.root,
        envFiles: [],
        restart: 'on-failure',
        successExitCodes: [0],
        restartWith: [],
        tty: false,
      },
    ],
    groups: {},
    default: ['db', 'api'],
    logs: { maxBytes: 2 ** 30 },
  });
});

test('a stack of 23 resources loads, with its groups and gates', async () => {
  const stack = await stackOf(shopFiles);
  const gates = Object.fromEntries(
    stack.resources.map(({ name, dependencies, companions }) => [
      name,
      `${dependencies.map(({ on, gate }) => `${on}:${gate}`).join(' ')} | ${companions.join(' ')}`,
    ]),
  );
  expect({ count: stack.resources.length, groups: { ...stack.groups, fleet: stack.groups['fleet']?.length } }).toEqual({
    count: 23,
    groups: {
      backend: ['api', 'processor', 'billing'],
      frontend: ['web', 'api'],
      fleet: 15,
      buy: ['cart', 'checkout', 'pricing'],
    },
  });
  expect(gates).toMatchObject({
    db: ' | ',
    migrate: 'db:ready cache:ready mq:ready | ',
    api: 'migrate:done db:ready cache:ready mq:ready | billing',
    processor: 'migrate:done db:ready cache:ready mq:ready | ',
    web: ' | api',
    billing: 'db:ready cache:ready | ',
    tax: 'cache:ready | billing',
  });
});

test('one value has another text for each target', async () => {
  const stack = await stackOf(shopFiles);
  const env = (target: 'dev' | 'compose' | 'kind', name: string) => resolveStack(stack, target).resources[name]?.env;
  expect(env('dev', 'api')).toEqual({
    PORT: '3000',
    DATABASE_URL: 'postgresql://app:***@127.0.0.1:41000/db',
    REDIS_URL: 'redis://127.0.0.1:41001',
    AMQP_URL: 'amqp://app:***@127.0.0.1:41002',
    JWT_SECRET: '<generated>',
    BILLING_URL: 'http://127.0.0.1:41004',
    CORS_ORIGIN: 'http://localhost:5173',
  });
  expect(env('compose', 'api')).toEqual({
    PORT: '3000',
    DATABASE_URL: 'postgresql://app:***@db:5432/db',
    REDIS_URL: 'redis://cache:6379',
    AMQP_URL: 'amqp://app:***@mq:5672',
    JWT_SECRET: '${JWT_SECRET:?}',
    BILLING_URL: 'http://billing:8080',
    CORS_ORIGIN: 'http://localhost:5173',
  });
  expect(env('kind', 'api')).toEqual({
    PORT: '3000',
    DATABASE_URL: 'postgresql://app:***@db.shop.svc:5432/db',
    REDIS_URL: 'redis://cache.shop.svc:6379',
    AMQP_URL: 'amqp://app:***@mq.shop.svc:5672',
    JWT_SECRET: 'secretKeyRef(JWT_SECRET)',
    BILLING_URL: 'http://billing.shop.svc:8080',
    CORS_ORIGIN: 'http://shop.localhost',
  });
  expect(env('kind', 'web')).toEqual({ PORT: '5173', VITE_API_URL: 'http://api.shop.localhost' });
  expect(env('compose', 'billing')).toEqual({
    PORT: '8080',
    GRPC_PORT: '8081',
    DATABASE_URL: 'postgresql://app:***@db:5432/billing?sslmode=disable',
    REDIS_ADDR: 'cache:6379',
  });
  expect(resolveStack(stack, 'dev')).toEqual(resolveStack(stack, 'dev'));
});

test('the config is found in the nearest folder above', async () => {
  await inFolder({ 'devstack.config.mts': one, 'a/b/': '' }, async (folder) => {
    const found = path.join(folder, 'devstack.config.mts');
    expect([findConfig(path.join(folder, 'a/b')), findConfig(folder)]).toEqual([found, found]);
    const { stack } = await loadConfig({ cwd: path.join(folder, 'a/b') });
    expect([stack.root, stack.file]).toEqual([folder, found]);
  });
});

test.each(['devstack.config.ts', 'devstack.config.mts', 'devstack.config.js', 'devstack.config.mjs'])(
  'a %s loads in a CommonJS and in a module project',
  async (file) => {
    for (const type of ['commonjs', 'module']) {
      const stack = await stackOf({ [file]: one, 'package.json': JSON.stringify({ type }) });
      expect(stack.resources.map(({ name }) => name)).toEqual(['api']);
    }
  },
);

test('a config may use enums, top-level await, JSON and tsconfig paths', async () => {
  const stack = await stackOf({
    'devstack.config.ts': `import { defineConfig, service } from 'devstack';
import { name } from '@lib/name';
import data from './data.json';
enum Mode { dev = 'dev' }
const extra = await Promise.resolve('x');
export default defineConfig({
  resources: { api: service({ dev: \`\${name} \${data.flag} \${Mode.dev} \${extra}\` }) },
});`,
    'data.json': '{"flag": "--inspect"}',
    'lib/name.ts': "export const name = 'node';",
    'tsconfig.json': '{"compilerOptions": {"paths": {"@lib/*": ["./lib/*"]}}}',
  });
  expect(stack.resources.map((resource) => (resource.kind === 'process' ? resource.run : ''))).toEqual([
    'node --inspect dev x',
  ]);
});

test('a reload sees an edited config and an edited import, and names both files', async () => {
  const config = `import { defineConfig, service } from 'devstack';
import { api } from './stack/api.ts';
export default defineConfig({ resources: { api: service(api) } });`;
  const shared = (dev: string) => `import { dev } from './dev.ts';\nexport const api = { dev };\n// ${dev}`;
  await inFolder({ 'devstack.config.ts': config, 'stack/api.ts': shared('a') }, async (folder) => {
    const seen: string[] = [];
    for (const dev of ['one', 'two', 'one', 'three']) {
      await writeFile(path.join(folder, 'stack/next.ts'), `export const dev = '${dev}';`);
      await rename(path.join(folder, 'stack/next.ts'), path.join(folder, 'stack/dev.ts'));
      const { stack, files } = await loadConfig({ cwd: folder });
      seen.push(...stack.resources.map((resource) => (resource.kind === 'process' ? resource.run : '')));
      expect(files.toSorted()).toEqual(
        ['devstack.config.ts', 'stack/api.ts', 'stack/dev.ts'].map((file) => path.join(folder, file)),
      );
    }
    await writeFiles(folder, { 'devstack.config.ts': config.replace('service(api)', "service({ dev: 'edited' })") });
    const { stack } = await loadConfig({ cwd: folder });
    seen.push(...stack.resources.map((resource) => (resource.kind === 'process' ? resource.run : '')));
    expect(seen).toEqual(['one', 'two', 'one', 'three', 'edited']);
  });
});

test('a config that was broken loads once it is repaired', async () => {
  await inFolder({ 'devstack.config.ts': 'export default (' }, async (folder) => {
    await expect(loadConfig({ cwd: folder })).rejects.toThrow('config-invalid');
    await writeFiles(folder, { 'devstack.config.ts': one });
    const { stack } = await loadConfig({ cwd: folder });
    expect(stack.name).toBe('shop');
  });
});

test('two loads at once do not disturb each other', async () => {
  const stacks = await Promise.all([stackOf(shopFiles), stackOf({ 'devstack.config.ts': one }), stackOf(shopFiles)]);
  expect(stacks.map(({ resources }) => resources.length)).toEqual([23, 1, 23]);
});

test('two loads of one config at once are both complete', async () => {
  const files = { 'devstack.config.ts': `import './lib.ts';\n${one}`, 'lib.ts': 'await Promise.resolve();' };
  await inFolder(files, async (folder) => {
    const loaded = await Promise.all([1, 2, 3].map(() => loadConfig({ cwd: folder })));
    const expected = [path.join(folder, 'devstack.config.ts'), path.join(folder, 'lib.ts')];
    expect(loaded.map(({ files: watched, stack }) => [watched.toSorted(), stack.resources.length])).toEqual(
      [1, 2, 3].map(() => [expected, 1]),
    );
  });
});

test('a folder with spaces, quotes and dollar signs is a folder like any other', async () => {
  await inFolder({ 'devstack.config.ts': one }, async (folder) => {
    const odd = path.join(path.dirname(folder), `a 'b' "c" $HOME (d) 🚀`);
    await rename(folder, odd);
    await mkdir(folder);
    const { stack } = await loadConfig({ cwd: odd });
    expect([stack.root, stack.name, stack.resources[0]?.at]).toEqual([odd, 'a-b-c-home-d', 'devstack.config.ts:2']);
  });
});
