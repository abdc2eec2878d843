import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Finished } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
const run = (...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: rig.env }).finished;

beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  for (const name of [undefined, 'e2e']) {
    await run('down', ...(name === undefined ? [] : ['--instance', name]));
    await nothingLeft(rig.folder, [], name);
  }
  await rig[Symbol.asyncDispose]();
});

const config = (resources: string): string =>
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service } from 'devstack';
const api = service({ dev: ${JSON.stringify(rig.command('api'))}, env: { KEY: secret('KEY', { generate: true }) } });
export default defineConfig({ name: 'shop', resources: { api, ${resources} } });`,
  );

test('a named instance runs beside the own one of the checkout, with ports, state and logs of its own', async () => {
  config('');
  const own = devstack(['up'], { cwd: rig.folder, env: rig.env });
  const first = await rig.next('api');
  const other = devstack(['up', '--instance', 'e2e'], { cwd: rig.folder, env: rig.env });
  const second = await rig.next('api');
  await Promise.all([own.seen(/all 1 ready in/), other.seen(/all 1 ready in/)]);
  expect([first.env['DEVSTACK_INSTANCE'], second.env['DEVSTACK_INSTANCE']]).toEqual([undefined, 'e2e']);
  expect(first.env['PORT']).not.toBe(second.env['PORT']);
  // Data that one of them made opens for the other.
  expect(first.env['KEY']).toBe(second.env['KEY']);
  const sessions = [undefined, 'e2e'].map((name) => readSession(projectPaths(rig.folder, name)));
  expect(sessions.map((session) => session?.instance)).toEqual([
    expect.stringMatching(/^shop-[0-9a-f]{6}$/),
    expect.stringMatching(/^shop-e2e-[0-9a-f]{6}$/),
  ]);
  expect((await run('env', 'api', '--instance', 'e2e')).stdout).toContain(`PORT=${second.env['PORT']}\n`);

  await second.do('out', { text: 'only here\n' });
  await other.seen(/only here/);
  expect((await run('logs', '--instance', 'e2e')).stdout).toContain('only here');
  expect((await run('logs')).stdout).not.toContain('only here');

  // What a service calls is about the instance it belongs to.
  const inside = devstack(['down'], { cwd: rig.folder, env: { ...rig.env, DEVSTACK_INSTANCE: 'e2e' } });
  expect((await inside.finished).code).toBe(0);
  await second.gone;
  expect((await run('ps')).stdout).toMatch(/^api +ready/m);
  own.process.kill('SIGINT');
  await Promise.all([own.finished, other.finished]);
});

test('down --volumes leaves nothing of a named instance, and all of the checkout itself', async () => {
  config('');
  const { code, stderr } = await run('up', '-d', '--wait', '--instance', 'e2e');
  const { instance = '' } = readSession(projectPaths(rig.folder, 'e2e')) ?? {};
  expect([code, stderr.split('\n')]).toEqual([
    0,
    [
      expect.stringMatching(new RegExp(`^${instance}: ready after`)),
      'devstack attach --instance e2e shows it, devstack logs -f --instance e2e follows it, devstack down --instance e2e stops it.',
      '',
    ],
  ]);
  const api = await rig.next('api');
  const secrets = readFileSync(path.join(rig.folder, '.devstack/secrets.json'), 'utf8');
  expect((await run('down', '--volumes', '--yes', '--instance', 'e2e')).code).toBe(0);
  await api.gone;
  expect(existsSync(path.join(rig.folder, '.devstack/instances'))).toBe(false);
  expect(readdirSync(path.join(rig.folder, '.devstack')).toSorted()).toEqual(['.gitignore', 'cache', 'secrets.json']);
  expect(readFileSync(path.join(rig.folder, '.devstack/secrets.json'), 'utf8')).toBe(secrets);
});

test.each(['E2E', 'a/b', '..', '-x', 'x-', '1st', 'abcdefghijklmnopqrstu'])(
  '%s is no name for an instance',
  async (name) => {
    config('');
    const { code, stdout, stderr } = await run('ps', `--instance=${name}`);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `"${name}" is no name for an instance`]);
  },
);

test('instances that start at once make up one secret', async () => {
  config('');
  const both = [undefined, 'e2e'].map((name) =>
    devstack(['up'], { cwd: rig.folder, env: { ...rig.env, ...(name && { DEVSTACK_INSTANCE: name }) } }),
  );
  const children = [await rig.next('api'), await rig.next('api')];
  expect(new Set(children.map(({ env }) => env['KEY'])).size).toBe(1);
  for (const stack of both) stack.process.kill('SIGINT');
  await Promise.all(both.map(({ finished }) => finished));
});

test('twenty processes at once over a lock of a dead one make up one secret', async () => {
  config('');
  rig.write('.devstack/secrets.json.lock', '');
  utimesSync(path.join(rig.folder, '.devstack/secrets.json.lock'), 0, 0);
  const all = Array.from({ length: 20 }, () => run('env', 'api', '--reveal', '--json'));
  const keys = (await Promise.all(all)).map(({ stdout }) => JSON.parse(stdout).KEY);
  const kept = JSON.parse(readFileSync(path.join(rig.folder, '.devstack/secrets.json'), 'utf8'));
  expect(keys).toEqual(Array.from(keys, () => kept.KEY));
  expect(readdirSync(path.join(rig.folder, '.devstack')).filter((name) => name.includes('lock'))).toEqual([]);
});

test('check, graph and render are about a named instance, too', async () => {
  config(`other: service({ dev: 'true', env: { WHO: process.env['DEVSTACK_INSTANCE'] ?? 'the own one' } })`);
  const whoIn = async (...argv: readonly string[]) =>
    /"WHO": ?"([^"]*)"/.exec((await run('render', ...argv)).stdout)?.[1];
  expect([await whoIn(), await whoIn('--instance', 'e2e')]).toEqual(['the own one', 'e2e']);
  for (const command of ['check', 'graph']) {
    const { stdout } = await run(command);
    expect(await run(command, '--instance', 'e2e')).toEqual({ code: 0, stdout, stderr: '' });
    expect((await run(command, '--instance', 'E2E')).code).toBe(2);
  }
});
