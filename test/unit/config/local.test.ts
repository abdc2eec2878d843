import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { FailureError } from '../../../src/core/failure.ts';
import type { Stack } from '../../../src/core/stack.ts';
import { inFolder } from './folder.ts';

const config = `import { defineConfig, postgres, service, task } from 'devstack';
const db = postgres();
const seed = task({ run: 'true', when: 'manual' });
const api = service({
  dev: 'node api.js', ports: { http: 3000, grpc: { port: 4000, protocol: 'h2c' } },
  env: { DATABASE_URL: db.url, LEVEL: 'info', GONE: 'x' }
});
export default defineConfig({ resources: { db, seed, api }, groups: { back: [api] } });`;
const local = (text: string): string =>
  `import { defineLocal } from 'devstack';\nexport default defineLocal({\n${text}\n});\n`;

function load(text: string, options: { readonly local?: boolean } = {}, name = 'devstack.local.ts'): Promise<Stack> {
  return inFolder(
    { 'devstack.config.ts': config, [name]: text },
    async (folder) => (await loadConfig({ cwd: folder, ...options })).stack,
  );
}

async function problemsOf(text: string): Promise<readonly string[]> {
  try {
    await load(text);
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'config-invalid')
      return error.failure.problems.map(({ at, message }) => `${at}  ${message}`);
    throw error;
  }
  return [];
}

const named = (stack: Stack, name: string) => stack.resources.find((resource) => resource.name === name);

test('options of one checkout replace those of the config, variables and ports are merged', async () => {
  const text = local(`resources: {
    api: { env: { LEVEL: 'debug', GONE: undefined, MORE: 1 }, ports: { grpc: 4001 }, watch: 'src' },
    db: { runtime: 'docker', port: 5433 },
    seed: { when: 'up' },
  },
  default: ['back'],`);
  const [plain, stack] = [await load(text, { local: false }), await load(text)];
  const [before, after] = [named(plain, 'api'), named(stack, 'api')];
  expect(Object.keys(after?.env ?? {})).toEqual(['DATABASE_URL', 'LEVEL', 'MORE']);
  expect(after?.env['LEVEL']).toEqual(['debug']);
  expect(after?.ports).toEqual([
    before?.ports[0],
    { name: 'grpc', port: 4001, env: expect.any(String), protocol: 'h2c', containerPort: 4001 },
  ]);
  expect(after).toMatchObject({ watch: { paths: ['src'] }, dependencies: before?.dependencies });
  expect(named(stack, 'db')).toMatchObject({ runtime: 'docker', ports: [{ port: 5433 }] });
  expect(named(stack, 'seed')).toMatchObject({ when: 'up', autostart: true });
  expect([plain.default, stack.default]).toEqual([['db', 'api'], ['api']]);
});

test('what is wrong with it is said all at once, with its lines', async () => {
  expect(
    await problemsOf(
      local(`  resources: {
    api: { portt: 1 },
    db: { runtime: 'podman',
      port: 'x' },
    dbb: {},
    seed: { dependsOn: [] },
  },
  default: ['bakc'],
  nonsense: 1,`),
    ),
  ).toEqual([
    'devstack.local.ts:4  api has no option "portt". Did you mean "port"?',
    "devstack.local.ts:5  db.runtime must be 'auto', 'docker', 'native' or 'embedded', not \"podman\".",
    'devstack.local.ts:6  db.port must be a port number (1 to 65535) or \'auto\', not "x".',
    'devstack.local.ts:7  The config has no resource "dbb". Did you mean "db"?',
    'devstack.local.ts:8  seed has no option "dependsOn". It has: env, envFile, autostart, run, when, timeout.',
    'devstack.local.ts:10  default: no resource or group "bakc". Did you mean "back"?',
    'devstack.local.ts:11  devstack.local.ts has no option "nonsense". It has: resources, use, default.',
  ]);
});

test('a file that exports no overrides is a problem of its own', async () => {
  expect(await problemsOf('export default { resources: {} };')).toEqual([
    'devstack.local.ts  devstack.local.ts exports no overrides as default. Write: export default defineLocal({ resources: { … } })',
  ]);
});

test.each(['devstack.local.mts', 'devstack.local.mjs', 'devstack.local.js'])('it may be called %s', async (name) => {
  const stack = await load(local("resources: { api: { env: { LEVEL: 'debug' } } }"), {}, name);
  expect(named(stack, 'api')?.env['LEVEL']).toEqual(['debug']);
});

test('it is watched, and so is the place where it may appear', async () => {
  const files = await inFolder({ 'devstack.config.ts': config }, async (folder) =>
    (await loadConfig({ cwd: folder })).localFiles.map((file) => file.slice(folder.length + 1)),
  );
  expect(files).toContain('devstack.local.ts');
});
