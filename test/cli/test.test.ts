import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instanceOf } from '../../src/project/instance.ts';
import { ensureProjectFolder, portTableFile, projectPaths, runtimePath } from '../../src/project/paths.ts';
import { readPortTable } from '../../src/system/port-file.ts';
import { createPortTable } from '../../src/system/ports.ts';
import { isAlive, ownedProcesses } from '../../src/system/processes.ts';
import { accepts, bin, devstack, type Finished, type Running } from '../rig/devstack.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

const cleanup = fileURLToPath(new URL('../../dist/bundle/cleanup.cjs', import.meta.url));
let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await run('down', '--all', '--volumes', '--yes');
  await rig[Symbol.asyncDispose]();
});

const start = (...argv: readonly string[]): Running => devstack(argv, { cwd: rig.folder, env: rig.env });
const run = (...argv: readonly string[]): Promise<Finished> => start(...argv).finished;
const command = (name: string): string => JSON.stringify(rig.command(name));
const config = (resources: string): string =>
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, postgres, secret, service, task, worker } from 'devstack';
export default defineConfig({ name: 't', resources: { ${resources} } });`,
  );
const words = (name: string): readonly string[] => rig.command(name).split(' ');

/** Nothing of any throw-away instance: no process, socket, port, folder or note. */
async function nothingStays(instance: string, port?: string): Promise<void> {
  await until(() => !ownedProcesses().some(({ runId }) => runId.startsWith(instance)));
  await until(() => !existsSync(path.join(rig.folder, '.devstack/instances')));
  await until(() => !existsSync(runtimePath(instance)));
  await until(() => readPortTable(portTableFile())[instance] === undefined);
  if (port !== undefined) await until(async () => !(await accepts(Number(port))));
  expect(
    readdirSync(path.join(rig.folder, '.devstack')).filter(
      (name) => !/^(?:cache|\.gitignore|secrets\.json)$/.test(name),
    ),
  ).toEqual([]);
  expect((await run('ls')).stderr).toBe('No stack runs on this machine, and none has been started.\n');
}

const instanceIn = (text: string): string => /(t-tmp-[0-9a-f]{8}-[0-9a-f]{6}): ready/.exec(text)?.[1] ?? 'none';

test('a command gets the addresses of a stack of its own, which goes with it', async () => {
  config(`
    api: service({ dev: ${command('api')}, ports: { http: 'auto', 'admin-api': 'auto' }, env: { KEY: secret('KEY', { generate: true }) } }),
    job: worker({ dev: ${command('job')} })`);
  const own = start('up');
  const beside = await rig.next('api');
  await own.seen(/all 2 ready in/);
  const testing = start('test', '--', ...words('check'));
  const api = await rig.next('api');
  const check = await rig.next('check');
  expect(api.env['PORT']).not.toBe(beside.env['PORT']);
  expect(check.env).toMatchObject({
    API_URL: `http://127.0.0.1:${api.env['PORT']}`,
    API_HOST: '127.0.0.1',
    API_PORT: api.env['PORT'],
    API_ADMIN_API_URL: `http://127.0.0.1:${api.env['ADMIN_API_PORT']}`,
    DEVSTACK_INSTANCE: api.env['DEVSTACK_INSTANCE'],
  });
  expect(check.env['KEY']).toBeUndefined();
  await check.do('out', { text: 'hello\n' });
  check.tell('exit', { code: 7 });
  const { code, stdout, stderr } = await testing.finished;
  expect([code, stdout, stderr]).toEqual([7, 'hello\n', expect.stringMatching(/^t-tmp-[0-9a-f-]+: ready after .*\n$/)]);
  await api.gone;
  expect((await run('ps')).stdout).toMatch(/^api +ready/m);
  own.process.kill('SIGINT');
  await own.finished;
  await run('down', '--volumes', '--yes');
  expect(existsSync(path.join(rig.folder, '.devstack/instances'))).toBe(false);
});

test('--as gives the environment of a service, and its secrets are printed nowhere', async () => {
  config(`api: service({ dev: ${command('api')}, env: { KEY: secret('KEY', { generate: true }) } })`);
  const testing = start('test', '--as', 'api', '--', ...words('check'));
  const api = await rig.next('api');
  const check = await rig.next('check');
  expect(check.env['KEY']).toMatch(/.{16}/);
  expect([check.env['KEY'], check.env['PORT']]).toEqual([api.env['KEY'], api.env['PORT']]);
  check.tell('exit', { code: 0 });
  const { code, stdout, stderr } = await testing.finished;
  expect([code, stdout + stderr]).toEqual([0, expect.not.stringContaining(check.env['KEY'] ?? '')]);
  await nothingStays(instanceIn(stderr), api.env['PORT']);
  expect(await run('test', '--as', 'apo', '--', 'true')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"apo"'),
  });
});

test('a stack that does not come up says why of each, with the end of its log', async () => {
  rig.write('bad.mjs', `console.log('begun');\nthrow new Error('no such table');\n`);
  config(`
    bad: task({ run: 'node bad.mjs' }),
    job: worker({ dev: 'sleep 1000', dependsOn: [] })`);
  const { code, stdout, stderr } = await run('test', '--', 'echo', 'never');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^bad exited with code 1 after .*\nbad failed at bad\.mjs:2\nbad \| begun\n/);
  expect(stderr).toContain('bad | Error: no such table\n');
  await nothingStays('t-tmp-');
});

test('one that is late says what it waits for', async () => {
  config(`api: service({ dev: ${command('api')}, healthcheck: '/' })`);
  const { code, stderr } = await run('test', '--timeout', '400ms', '--', 'echo', 'never');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^After 400 ms still waiting for api\.\napi is /)]);
  await nothingStays('t-tmp-');
});

test('when the command fails, what crashed meanwhile is shown', async () => {
  config(`
    api: service({ dev: ${command('api')}, restart: 'no' }),
    fine: worker({ dev: ${command('fine')} })`);
  const testing = start('test', '--', ...words('check'));
  const api = await rig.next('api');
  const check = await rig.next('check');
  await api.do('out', { text: 'last words\n' });
  api.tell('exit', { code: 4 });
  await api.gone;
  await until(async () => {
    const ps = devstack(['ps'], {
      cwd: rig.folder,
      env: { ...rig.env, DEVSTACK_INSTANCE: check.env['DEVSTACK_INSTANCE'] ?? '' },
    });
    return /^api +failed/m.test((await ps.finished).stdout);
  });
  check.tell('exit', { code: 1 });
  const { code, stderr } = await testing.finished;
  expect([code, stderr.split('\n').slice(1)]).toEqual([
    1,
    [expect.stringMatching(/^api exited with code 4 after/), 'api | last words', ''],
  ]);
  await nothingStays(instanceIn(stderr));
});

test.each(['--wait-for', 'all'])('%s decides what has to be ready', async (how) => {
  config(`
    fast: service({ dev: ${command('fast')} }),
    slow: service({ dev: ${command('slow')}, healthcheck: '/' })`);
  const isAll = how === 'all';
  const testing = start('test', ...(isAll ? [] : ['--wait-for', 'fast']), '--', ...words('check'));
  const slow = await rig.next('slow');
  if (isAll) await slow.do('listen');
  (await rig.next('check')).tell('exit', { code: 0 });
  expect((await testing.finished).code).toBe(0);
});

test('Ctrl-C stops the command and the stack', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const testing = start('test', '--', ...words('check'));
  const api = await rig.next('api');
  const check = await rig.next('check');
  testing.process.kill('SIGINT');
  await Promise.all([check.gone, api.gone]);
  const { code, stderr } = await testing.finished;
  expect(code).toBe(130);
  await nothingStays(instanceIn(stderr), api.env['PORT']);
});

test('Ctrl-C while it comes up ends it', async () => {
  config(`api: service({ dev: ${command('api')}, healthcheck: '/' })`);
  const testing = start('test', '--', 'echo', 'never');
  const api = await rig.next('api');
  testing.process.kill('SIGINT');
  await api.gone;
  expect(await testing.finished).toEqual({ code: 130, stdout: '', stderr: '' });
  await nothingStays('t-tmp-', api.env['PORT']);
});

test('--keep leaves it running, and --instance uses what runs', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const kept = await run('test', '--keep', '--instance', 'e2e', '--', 'true');
  const api = await rig.next('api');
  expect([kept.code, kept.stderr.split('\n').at(-2)]).toEqual([
    0,
    expect.stringMatching(/runs on: devstack ps --instance e2e shows it, devstack down --instance e2e ends it\.$/),
  ]);
  const testing = start('test', '--instance', 'e2e', '--', ...words('check'));
  const check = await rig.next('check');
  expect(check.env['API_PORT']).toBe(api.env['PORT']);
  check.tell('exit', { code: 0 });
  expect((await testing.finished).code).toBe(0);
  expect((await run('ps', '--instance', 'e2e')).stdout).toMatch(/^api +ready/m);
  await run('down', '--volumes', '--yes', '--instance', 'e2e');
  await api.gone;
});

test('what runs on of a throw-away one is ended with its data', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const { stderr } = await run('test', '--keep', '--', 'true');
  const [, name = ''] = /devstack ps --instance (tmp-[0-9a-f]{8}) shows it/.exec(stderr) ?? [];
  expect(stderr.split('\n').at(-2)).toMatch(
    new RegExp(`runs on: .*, devstack down --volumes --instance ${name} ends it\\.$`),
  );
  await run('down', '--volumes', '--yes', '--instance', name);
  await nothingStays(instanceIn(stderr), (await rig.next('api')).env['PORT']);
});

test('--keep says so when there is nothing to keep', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const testing = start('test', '--keep', '--instance', 'e2e', '--', ...words('check'));
  const check = await rig.next('check');
  await run('down', '--instance', 'e2e');
  check.tell('exit', { code: 0 });
  const { code, stderr } = await testing.finished;
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^t-e2e-[0-9a-f]{6} has stopped: there is nothing to keep\.$/m),
  ]);
});

/** A command with a child that outlives it when it is told to end. */
const parent = (): readonly string[] => ['sh', '-c', `${rig.command('check')}; true`];

test.each([
  ['of its own', 'SIGKILL'],
  ['of its own', 'SIGTERM'],
  ['that runs', 'SIGKILL'],
  ['that runs', 'SIGTERM'],
] as const)('nothing of the command stays beside a named instance %s: %s', async (whose, signal) => {
  config(`api: service({ dev: ${command('api')} })`);
  if (whose === 'that runs') await run('up', '-d', '--wait', '--instance', 'e2e');
  const testing = start('test', '--instance', 'e2e', '--', ...parent());
  const api = await rig.next('api');
  const check = await rig.next('check');
  await check.do('ignore', { signal: 'SIGTERM' });
  testing.process.kill(signal);
  await check.gone;
  await testing.finished;
  if (whose === 'that runs') {
    expect((await run('ps', '--instance', 'e2e')).stdout).toMatch(/^api +ready/m);
    await run('down', '--instance', 'e2e');
  }
  await api.gone;
});

test('a stack that the command starts in the background stays there', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const other = `"${process.execPath}" "${bin}" up -d --wait --instance other`;
  expect((await run('test', '--', 'sh', '-c', other)).code).toBe(0);
  expect((await run('ps', '--instance', 'other')).stdout).toMatch(/^api +ready/m);
  await run('down', '--volumes', '--yes', '--instance', 'other');
});

test.each(['SIGINT', 'SIGKILL'] as const)(
  '%s while one that runs is waited for ends it all the same',
  async (signal) => {
    config(`
    api: service({ dev: ${command('api')} }),
    slow: service({ dev: ${command('slow')}, healthcheck: '/' })`);
    const own = start('up', 'api', '--instance', 'e2e');
    await own.seen(/all 1 ready in/);
    const testing = start('test', '--instance', 'e2e', '--', 'echo', 'never');
    const slow = await rig.next('slow');
    const tether = Number(readFileSync(`/proc/${testing.pid}/task/${testing.pid}/children`, 'utf8'));
    testing.process.kill(signal);
    expect(await testing.finished).toEqual({ code: signal === 'SIGINT' ? 130 : null, stdout: '', stderr: '' });
    await until(() => !isAlive(tether));
    own.process.kill('SIGINT');
    await Promise.all([own.finished, slow.gone]);
  },
);

/** The process that serves the instance. */
async function supervisorOf(child: Child): Promise<number> {
  const env = { ...rig.env, DEVSTACK_INSTANCE: child.env['DEVSTACK_INSTANCE'] ?? '' };
  return JSON.parse((await devstack(['ps', '--json'], { cwd: rig.folder, env }).finished).stdout).pid;
}

test.each(['devstack test', 'the stack', 'both'])('%s killed hard leaves nothing behind', async (who) => {
  config(`api: service({ dev: ${command('api')} }), db: postgres({ runtime: 'embedded' })`);
  const testing = start('test', '--', ...words('check'));
  const api = await rig.next('api');
  const check = await rig.next('check');
  const supervisor = await supervisorOf(api);
  const instance = instanceIn(testing.output());
  if (who !== 'the stack') testing.process.kill('SIGKILL');
  if (who !== 'devstack test') process.kill(supervisor, 'SIGKILL');
  await api.gone;
  if (who === 'the stack') check.tell('exit', { code: 0 });
  await check.gone;
  await testing.finished;
  await nothingStays(instance, api.env['PORT']);
});

test('one that is killed before it has a session leaves nothing behind', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const name = 'tmp-0123abcd';
  const paths = projectPaths(rig.folder, name);
  const instance = instanceOf('t', rig.folder, name);
  ensureProjectFolder(paths);
  writeFileSync(paths.throwAway, '');
  const table = createPortTable({ file: portTableFile() });
  await table.reserve(instance, rig.folder, [{ resource: 'api', port: 'http', number: 'auto' }]);
  // As the guardian does.
  const about = [`${instance}-0123abcd`, rig.folder, instance, name];
  const { code, stderr } = await devstack(about, { cwd: rig.folder, env: rig.env, bin: cleanup }).finished;
  expect([code, stderr]).toEqual([0, '']);
  await nothingStays(instance);
});
