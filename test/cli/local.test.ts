import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';

let folder: string;

const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  devstack(args, { cwd: folder, env }).finished;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-local-')));
  write('package.json', '{}');
  write(
    'devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
const api = service({ image: 'ghcr.io/acme/api:1', dev: 'node api.js', env: { LEVEL: 'shared' } });
export default defineConfig({ name: 'over', resources: { api } });`,
  );
  write(
    'devstack.local.ts',
    `import { defineLocal } from 'devstack';
export default defineLocal({ resources: { api: { env: { LEVEL: 'of-one-checkout' } } } });`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOT_READ = 'devstack.local.ts is not read here: it is for dev in this checkout.';

test('dev has what devstack.local.ts says, and check names it', async () => {
  expect((await run(['env', 'api'])).stdout).toContain('LEVEL=of-one-checkout');
  expect((await run(['render'])).stdout).toContain('of-one-checkout');
  expect(await run(['check'])).toEqual({
    code: 0,
    stdout: 'devstack.config.ts with devstack.local.ts: 1 resource, fine\n',
    stderr: '',
  });
});

test.each([
  [['promote', '--to', 'compose', '--stdout'], {}],
  [['promote', '--to', 'kubernetes', '--stdout'], {}],
  [['render', '--target', 'compose'], {}],
  [['check'], { CI: 'true' }],
])('%j %j is about the shared config, and says so', async (args, env) => {
  const { code, stdout, stderr } = await run(args, env);
  expect([code, stderr.split('\n')[0]]).toEqual([0, NOT_READ]);
  expect(stdout).not.toContain('of-one-checkout');
});

test('what is promoted does not mind a devstack.local.ts that is broken', async () => {
  write('devstack.local.ts', 'this is no TypeScript');
  expect((await run(['check'])).stderr).toMatch(/^devstack\.local\.ts:1 /);
  expect((await run(['promote', '--to', 'compose', '--stdout'])).code).toBe(0);
});

test('init says where overrides go, and that git is not to have them', async () => {
  for (const name of ['devstack.config.ts', 'devstack.local.ts']) rmSync(path.join(folder, name));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  expect((await run(['init'])).stderr).toContain('keep it out of git: devstack.local.* in .gitignore');
});
