import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { isAlive } from '../../src/system/processes.ts';
import { devstack, nothingLeft, type Finished, type Running } from '../rig/devstack.ts';
import { killHard } from '../rig/kill.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';

let rig: Rig;
const stacks: Running[] = [];
// Their containers are another test's; an engine that is busy must not matter here.
const env = () => ({ ...rig.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
const run = (...argv: readonly string[]): Promise<Finished> => devstack(argv, { cwd: rig.folder, env: env() }).finished;

beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await run('down', '--all', '--volumes', '--yes');
  for (const { process: one } of stacks) one.kill('SIGKILL');
  await Promise.all(stacks.splice(0).map(({ finished }) => finished));
  await rig[Symbol.asyncDispose]();
});

const folderOf = (checkout: string): string => path.join(rig.folder, checkout);

async function up(checkout: string, ...more: readonly string[]): Promise<{ stack: Running; child: Child }> {
  const folder = folderOf(checkout);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, service } from 'devstack';
    const api = service({ dev: ${JSON.stringify(rig.command(checkout))} });
    export default defineConfig({ name: '${checkout}', resources: { api } });`,
  );
  const stack = devstack(['up', ...more], { cwd: folder, env: env() });
  stacks.push(stack);
  const child = await rig.next(checkout);
  await stack.seen(/all 1 ready in/);
  return { stack, child };
}

const instanceIn = (checkout: string, name?: string): string =>
  readSession(projectPaths(folderOf(checkout), name))?.instance ?? '';

test('ls tells of all instances of the machine from anywhere: running, stopped, and named ones', async () => {
  const { stack, child } = await up('shop');
  await up('shop', '--instance', 'e2e');
  await up('blog');
  await devstack(['down'], { cwd: folderOf('blog'), env: env() }).finished;
  const { code, stdout, stderr } = await run('ls');
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect([code, stderr, head]).toEqual([0, '', expect.stringMatching(/^INSTANCE +STATE +PORTS +DIRECTORY +PID +FOR$/)]);
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
    [instanceIn('blog'), 'stopped', expect.stringMatching(/^\d{5}$/), folderOf('blog')],
    [instanceIn('shop'), 'running: 1 of 1 ready', child.env['PORT'], folderOf('shop')],
    [instanceIn('shop', 'e2e'), 'running: 1 of 1 ready', expect.stringMatching(/^\d{5}$/), folderOf('shop')],
  ]);
  const listed = JSON.parse((await run('ls', '--json')).stdout);
  expect(listed).toHaveLength(3);
  expect(listed[1]).toEqual({
    instance: instanceIn('shop'),
    stack: 'shop',
    state: { kind: 'running', ready: 1, of: 1 },
    ports: { 'api/http': Number(child.env['PORT']) },
    directory: folderOf('shop'),
    directoryExists: true,
    pid: stack.pid,
    since: expect.any(Number),
  });
  expect(listed[2]).toMatchObject({ name: 'e2e' });
});

test('what is gone with its checkout is no longer listed', async () => {
  await up('blog');
  await devstack(['down'], { cwd: folderOf('blog'), env: env() }).finished;
  rmSync(folderOf('blog'), { recursive: true });
  const said = { code: 0, stdout: '', stderr: 'No stack runs on this machine, and none has been started.\n' };
  expect(await run('ls')).toEqual(said);
  expect(JSON.parse((await run('ls', '--json')).stdout)).toEqual([]);
});

test('one that does not answer is said to, and ended with the others by down --all', async () => {
  const { stack, child } = await up('shop');
  const other = await up('blog');
  const [shop, blog] = [instanceIn('shop'), instanceIn('blog')];
  stack.process.kill('SIGSTOP');
  expect((await run('ls')).stdout).toMatch(new RegExp(`^${shop} +running, does not answer`, 'm'));
  const unasked = await run('down', '--all');
  expect([unasked.code, unasked.stderr.split('\n')]).toEqual([
    2,
    [
      `${blog}  running: 1 of 1 ready  ${folderOf('blog')}`,
      `${shop}  running, does not answer  ${folderOf('shop')}`,
      'This ends 2 instances. Nobody can be asked here: say --yes if that is meant.',
      '',
    ],
  ]);
  expect([child.pid, other.child.pid].map((pid) => isAlive(pid))).toEqual([true, true]);
  const { code, stderr } = await run('down', '--all', '--yes');
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining(`${shop}: devstack does not answer: ending its process ${stack.pid}\n`),
  ]);
  expect(stderr).toContain(`${blog}: stopped\n`);
  await Promise.all([child.gone, other.child.gone]);
  for (const checkout of ['shop', 'blog']) await nothingLeft(folderOf(checkout));
  expect((await run('down', '--all')).stderr).toBe('Nothing runs on this machine, and nothing is left behind.\n');
});

test('a stack whose checkout was removed under it runs on, is listed, and ends with down --all', async () => {
  const { stack, child } = await up('shop');
  const shop = instanceIn('shop');
  rmSync(folderOf('shop'), { recursive: true });
  expect((await run('ls')).stdout).toMatch(
    new RegExp(`^${shop} +running: 1 of 1 ready +${child.env['PORT']} +${folderOf('shop')} \\(gone\\)`, 'm'),
  );
  const { code, stderr } = await run('down', '--all', '--yes');
  expect([code, stderr]).toEqual([0, expect.stringContaining(`${shop}: stopped\n`)]);
  await child.gone;
  expect((await stack.finished).code).toBe(0);
  expect((await run('ls')).stdout).toBe('');
});

test.runIf(process.platform === 'linux')(
  'down --all ends what is left of a checkout that is gone, by its run id',
  async () => {
    const { stack, child } = await up('shop');
    const shop = instanceIn('shop');
    await killHard(stack);
    rmSync(folderOf('shop'), { recursive: true });
    expect((await run('ls')).stdout).toMatch(
      new RegExp(`^${shop} +left behind: 1 process +${child.env['PORT']} +${folderOf('shop')} \\(gone\\)`, 'm'),
    );
    const { code, stderr } = await run('down', '--all', '--yes');
    expect([code, stderr.split('\n').slice(0, 2)]).toEqual([
      0,
      [
        `${shop}  left behind: 1 process  ${folderOf('shop')}`,
        expect.stringMatching(new RegExp(`^${shop}: ended what was left: .* \\(pid ${child.pid}\\)$`)),
      ],
    ]);
    await child.gone;
    expect((await run('ls')).stdout).toBe('');
  },
);
