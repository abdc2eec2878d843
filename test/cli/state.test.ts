import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { portTableFile, projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { isAlive, markOf } from '../../src/system/processes.ts';
import { killHard } from '../rig/kill.ts';
import { devstack, nothingLeft, type Finished, type Running } from '../rig/devstack.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
let stack: Running | undefined;
const run = (...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: rig.env }).finished;
const file = (name: string): string => path.join(rig.folder, '.devstack', name);
const noteOf = (instance: string): string => path.join(path.dirname(portTableFile()), 'instances', `${instance}.json`);
const sessionNow = () => readSession(projectPaths(rig.folder));

beforeEach(async () => {
  rig = await createRig();
  config();
});
afterEach(async () => {
  stack?.process.kill('SIGKILL');
  await stack?.finished;
  config();
  await run('down');
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const config = (): string =>
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
export default defineConfig({ name: 'kept', resources: { api: service({ dev: ${JSON.stringify(rig.command('api'))} }) } });`,
  );

async function up(): Promise<{ api: Child; instance: string; id: string }> {
  stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  const api = await rig.next('api');
  await stack.seen(/all 1 ready in/);
  const { instance = '', id = '' } = sessionNow() ?? {};
  return { api, instance, id };
}

const damages = {
  empty: '',
  garbage: '\u0000\u0001 not JSON',
  'cut short': '{"instance":"kept-',
  'of another kind': '[1]',
};

test.each(Object.entries(damages))('a state file that is %s hides no running stack', async (_, text) => {
  const { api, instance } = await up();
  writeFileSync(file('session.json'), text);
  expect((await run('ps')).stdout).toMatch(/^api +ready/m);
  expect((await run('up', '-d')).stderr).toContain(`${instance}: runs already (pid ${stack?.pid})`);
  // A config that no longer loads is no obstacle either.
  rig.write('devstack.config.ts', 'this is no config');
  const { code, stderr } = await run('down');
  expect([code, stderr]).toEqual([0, `${instance}: stopping api\n${instance}: stopped\n`]);
  await api.gone;
});

test('without any note and with a broken config, down finds the stack by its socket', async () => {
  const { api, instance } = await up();
  for (const one of [file('session.json'), file('session.json.lock'), noteOf(instance)]) writeFileSync(one, 'garbage');
  expect((await run('up')).stderr).toContain(`${instance} is already running in this checkout (pid ${stack?.pid})`);
  rig.write('devstack.config.ts', 'this is no config');
  expect((await run('down')).stderr).toBe(`${instance}: stopping api\n${instance}: stopped\n`);
  await api.gone;
});

test('kill -9 of devstack leaves nothing, though its notes are damaged', async () => {
  const { api, instance } = await up();
  const runtime = path.dirname(sessionNow()?.socket ?? '');
  for (const one of [file('session.json'), noteOf(instance)]) writeFileSync(one, 'garbage');
  stack?.process.kill('SIGKILL');
  await api.gone;
  await until(() => !existsSync(runtime));
});

test.runIf(process.platform === 'linux')(
  'without any note, with a broken config and nobody alive, down finds what is left by its run id',
  async () => {
    const { api, instance } = await up();
    if (stack) await killHard(stack);
    for (const one of [file('session.json'), file('session.json.lock'), noteOf(instance)])
      writeFileSync(one, 'garbage');
    rig.write('devstack.config.ts', 'this is no config');
    expect(isAlive(api.pid)).toBe(true);
    const { code, stderr } = await run('down');
    expect([code, stderr.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${instance}: ended what was left: .*child\\.mjs api \\(pid ${api.pid}\\)$`)),
    ]);
    await api.gone;
    config();
    await up();
  },
);

test.runIf(process.platform === 'linux')(
  'up after everything was killed ends what is left, says nothing of locks, and keeps the port',
  async () => {
    const { api, instance, id } = await up();
    await api.do('listen');
    if (stack) await killHard(stack);
    for (const name of ['session.json.4194999.0123abcd', 'session.json.lock.0123abcd', 'secrets.json.4194999.0123abcd'])
      writeFileSync(file(name), 'half', { mode: 0o600 });
    // Of a process that lives: it may be in the middle of writing it.
    writeFileSync(file(`tasks.json.${process.pid}.0123abcd`), 'half', { mode: 0o600 });
    const again = await up();
    await api.gone;
    expect(again.api.env['PORT']).toBe(api.env['PORT']);
    expect([again.instance, again.id === id]).toEqual([instance, false]);
    const said = (stack?.output() ?? '').split('\n').filter((line) => !/^api\b/.test(line));
    expect(said.find((line) => line.startsWith(instance))).toMatch(
      new RegExp(`^${instance}: ended what was left: .*\\(pid ${api.pid}\\)$`),
    );
    expect(stack?.output()).not.toMatch(/lock|socket|stale|session/);
    expect(
      readdirSync(file(''))
        .filter((name) => name.includes('.json.'))
        .toSorted(),
    ).toEqual(['session.json.lock', `tasks.json.${process.pid}.0123abcd`]);
    expect(['session.json', 'session.json.lock'].map((name) => statSync(file(name)).mode & 0o777)).toEqual([
      0o600, 0o600,
    ]);
  },
);

const marks = {
  'a pid that went to another process': { ...markOf(process.pid), startTime: markOf(process.pid).startTime + 1 },
  'a start of the machine before this one': { ...markOf(process.pid), boot: 'another' },
  'nobody that can be told': { pid: 'no number' },
};

test.each(Object.entries(marks))('a lock of %s is taken over without a word', async (_, mark) => {
  await up();
  await run('down');
  const session = JSON.parse(readFileSync(file('session.json'), 'utf8'));
  writeFileSync(file('session.json'), JSON.stringify({ ...session, ...mark }));
  writeFileSync(file('session.json.lock'), JSON.stringify({ root: rig.folder, ...mark }));
  await up();
  expect(stack?.output()).not.toMatch(/lock|left|stale|running/);
});

test('a lock of a process that lives is kept', async () => {
  await up();
  await run('down');
  writeFileSync(file('session.json.lock'), JSON.stringify({ root: rig.folder, ...markOf(process.pid) }));
  const { code, stderr } = await run('up');
  expect([code, stderr.split('\n')[0]]).toEqual([
    1,
    expect.stringMatching(new RegExp(`^kept-\\w+ is already running in this checkout \\(pid ${process.pid}\\)\\.$`)),
  ]);
  rmSync(file('session.json.lock'));
});

test('of several that start at once over a lock nobody has any more, one runs', async () => {
  await up();
  await run('down');
  writeFileSync(file('session.json.lock'), 'garbage');
  const all = Array.from({ length: 4 }, () => run('up', '-d'));
  const api = await rig.next('api');
  const pids = (await Promise.all(all)).map(({ stderr }) => / \(pid (\d+)\)/.exec(stderr)?.[1]);
  expect(pids).toEqual(Array.from(pids, () => String(sessionNow()?.pid)));
  expect((await run('down')).code).toBe(0);
  await api.gone;
});

test('a stack whose socket was deleted is ended by a signal', async () => {
  const { api, instance } = await up();
  rmSync(sessionNow()?.socket ?? '');
  const { code, stderr } = await run('down');
  expect([code, stderr]).toEqual([
    0,
    `${instance}: devstack does not answer: ending its process ${stack?.pid}\n${instance}: nothing runs, nothing to remove\n`,
  ]);
  await api.gone;
});

test('a copy of a checkout that runs is another one: its down touches nothing of the first', async () => {
  const { api } = await up();
  const copy = path.join(rig.folder, 'copy');
  cpSync(file(''), path.join(copy, '.devstack'), { recursive: true });
  cpSync(path.join(rig.folder, 'devstack.config.ts'), path.join(copy, 'devstack.config.ts'));
  const there = devstack(['up'], { cwd: copy, env: rig.env });
  const second = await rig.next('api');
  await there.seen(/all 1 ready in/);
  expect(second.env['PORT']).not.toBe(api.env['PORT']);
  expect((await devstack(['down'], { cwd: copy, env: rig.env }).finished).code).toBe(0);
  await there.finished;
  await nothingLeft(copy);
  expect([isAlive(api.pid), (await run('ps')).stdout]).toEqual([true, expect.stringMatching(/^api +ready/m)]);
  expect(existsSync(file('session.json.lock'))).toBe(true);
});
