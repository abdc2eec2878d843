import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StackError, up } from 'devstack/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetSession } from '../../src/project/known.ts';
import { projectPaths, runtimePath } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { ownedProcesses } from '../../src/system/processes.ts';
import { accepts, devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

const command = (name: string): string => JSON.stringify(rig.command(name));
const config = (resources: string): string =>
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, postgres, secret, service, task, worker } from 'devstack';
export default defineConfig({ name: 'prog', resources: { ${resources} } });`,
  );
const given = () => ({ cwd: rig.folder, env: { ...rig.env, NODE_ENV: undefined } });

/** Of the instance, or of any of the stack. */
async function nothingStays(instance = 'prog-tmp-', port?: number): Promise<void> {
  await until(() => !ownedProcesses().some(({ runId }) => runId.startsWith(instance)));
  await until(() => !existsSync(runtimePath(instance)));
  await until(() => !existsSync(path.join(rig.folder, '.devstack/instances')));
  if (port !== undefined) expect(await accepts(port)).toBe(false);
  expect(existsSync(path.join(rig.folder, '.devstack/data'))).toBe(false);
}

test('a stack is up for a test, with its addresses, variables and logs, and gone after it', async () => {
  config(`
    db: postgres({ runtime: 'embedded' }),
    api: service({ dev: ${command('api')}, ports: { http: 'auto', raw: { protocol: 'tcp' } }, env: { KEY: secret('KEY', { generate: true }) } }),
    job: worker({ dev: ${command('job')} })`);
  let at: { readonly instance: string; readonly port: number };
  {
    await using stack = await up(given());
    const api = await rig.next('api');
    at = { instance: stack.instance, port: stack.port('api') };
    expect(String(at.port)).toBe(api.env['PORT']);
    expect(stack.url('api')).toBe(`http://127.0.0.1:${at.port}`);
    expect(stack.url('db')).toMatch(/^postgres(?:ql)?:\/\/[^:]+:[^@]+@127\.0\.0\.1:\d+\/\w+/);
    expect(stack.env('api')['KEY']).toBe(api.env['KEY']);
    expect(stack.port('api', 'raw')).toBe(Number(api.env['RAW_PORT']));
    await api.do('listen');
    expect(await (await fetch(stack.url('api'))).text()).toBe(`api ${api.pid}`);
    await api.do('out', { text: `one\n\u001b[31mtwo\u001b[0m\n${api.env['KEY']}\n` });
    expect(await stack.logs('api')).toEqual(['one', 'two', '***']);
    expect(() => stack.url('apo')).toThrow(`${stack.instance} has no resource "apo". It has: db, api, job.`);
    expect(() => stack.url('api', 'grpc')).toThrow('api has no port "grpc". It has: http, raw.');
    expect(() => stack.port('job')).toThrow('job has no ports.');

    await stack.restart('api');
    await api.gone;
    const next = await rig.next('api');
    expect(next.pid).not.toBe(api.pid);
    expect(await stack.troubles()).toEqual([]);
    await next.do('out', { text: 'last words\n' });
    next.tell('exit', { code: 3 });
    await rig.next('api');
    const [trouble] = await stack.troubles();
    expect(trouble).toMatchObject({ name: 'api', failure: { code: 'exited' } });
    expect(trouble?.lines).toContain('last words');
  }
  await nothingStays(at.instance, at.port);
});

test('two at once in one process do not meet, and down may be called again', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const both = await Promise.all([up(given()), up(given())]);
  const children = [await rig.next('api'), await rig.next('api')];
  const ports = both.map((stack) => stack.port('api'));
  expect(new Set(ports).size).toBe(2);
  expect(new Set(children.map(({ env }) => Number(env['PORT'])))).toEqual(new Set(ports));
  await Promise.all(both.map((stack) => stack.down()));
  await Promise.all(children.map(({ gone }) => gone));
  await both[0]?.down();
  expect(await both[0]?.logs('api')).toEqual([]);
  await expect(both[0]?.restart('api')).rejects.toMatchObject({ code: 'connection-lost' });
  for (const { instance } of both) await nothingStays(instance);
});

test('what does not come up is an error that says why, and leaves nothing', async () => {
  rig.write('bad.mjs', `console.log('begun');\nthrow new Error('no such table');\n`);
  config(`api: service({ dev: ${command('api')} }), bad: task({ run: 'node bad.mjs' })`);
  const error = await up(given()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StackError);
  expect(error).toMatchObject({
    code: 'exited',
    message: expect.stringMatching(/^bad exited with code 1 [^]*\nbad \| Error: no such table\n/),
    troubles: [{ name: 'bad', place: { file: 'bad.mjs', line: 2 } }],
  });
  await nothingStays();

  // Only what is named starts.
  await using stack = await up({ ...given(), names: ['api'] });
  await expect(stack.logs('bad')).resolves.toEqual([]);
});

test.each([
  ['config-not-found', { config: 'other.ts' }],
  ['unknown-name', { names: ['apo'] }],
  ['instance-name-invalid', { instance: 'NO' }],
  ['timeout', { timeout: 300 }],
])('%s is its code', async (code, options) => {
  config(`api: service({ dev: ${command('api')}, healthcheck: '/' })`);
  await expect(up({ ...given(), ...options })).rejects.toMatchObject({ failures: [expect.objectContaining({ code })] });
  await nothingStays();
});

test('one that is named keeps its data, and is used by the next that wants it while it runs', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const stack = await up({ ...given(), instance: 'e2e' });
  const api = await rig.next('api');
  const guest = await up({ ...given(), instance: 'e2e' });
  expect(guest.url('api')).toBe(stack.url('api'));
  await guest.down();
  await api.do('out', { text: 'still here\n' });
  expect(await stack.logs('api')).toEqual(['still here']);
  await stack.down();
  await api.gone;
  expect(readdirSync(path.join(rig.folder, '.devstack/instances'))).toEqual(['e2e']);
});

/** How many processes this one starts meanwhile. */
async function startedWhile(act: () => Promise<void>): Promise<number> {
  let count = 0;
  const note = (): void => void count++;
  subscribe('child_process', note);
  await act();
  unsubscribe('child_process', note);
  return count;
}

test('an orderly end needs no other process, of whatever it is the end', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const thrownAway = await up(given());
  const named = await up({ ...given(), instance: 'e2e' });
  const borrowed = await up({ ...given(), instance: 'e2e' });
  expect(
    await startedWhile(async () => {
      await Promise.all([borrowed.down(), borrowed.down()]);
      await named.down();
      await Promise.all([thrownAway.down(), thrownAway.down()]);
    }),
  ).toBe(0);
});

const supervisorOf = (name: string): number => readSession(projectPaths(rig.folder, name))?.pid ?? 0;

test('one that was killed is not mixed up with what somebody started there since', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const stack = await up({ ...given(), instance: 'e2e' });
  const before = await rig.next('api');
  process.kill(supervisorOf('e2e'), 'SIGKILL');
  await before.gone;
  const env = { ...rig.env, DEVSTACK_INSTANCE: 'e2e' };
  const another = devstack(['up'], { cwd: rig.folder, env });
  const api = await rig.next('api');
  await another.seen(/all 1 ready in/);
  await stack.down();
  const answered = await devstack(['ps'], { cwd: rig.folder, env }).finished;
  expect(answered.stdout).toMatch(/^api +ready/m);
  another.process.kill('SIGINT');
  await Promise.all([another.finished, api.gone]);
});

test('whoever uses a stack that ends is told so, and may go on asking', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const stack = await up({ ...given(), instance: 'e2e' });
  const guest = await up({ ...given(), instance: 'e2e' });
  await stack.down();
  expect([await guest.logs('api'), await guest.troubles()]).toEqual([[], []]);
  await expect(guest.restart('api')).rejects.toMatchObject({ code: 'connection-lost' });
  await guest.down();
});

test('down needs no note to end one that is held, and does not wait for whoever holds it', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const stack = await up({ ...given(), instance: 'e2e' });
  const api = await rig.next('api');
  rmSync(projectPaths(rig.folder, 'e2e').session);
  forgetSession(stack.instance);
  const env = { ...rig.env, DEVSTACK_INSTANCE: 'e2e' };
  const { code } = await devstack(['down'], { cwd: rig.folder, env }).finished;
  await api.gone;
  expect(code).toBe(0);
  expect(await stack.logs('api')).toEqual([]);
  await stack.down();
});

test('of two that begin at once on one instance, one uses that of the other', async () => {
  config(`api: service({ dev: ${command('api')} })`);
  const both = await Promise.all([1, 2].map(() => up({ ...given(), instance: 'e2e' })));
  const api = await rig.next('api');
  expect(both.map((stack) => String(stack.port('api')))).toEqual([api.env['PORT'], api.env['PORT']]);
  await Promise.all(both.map((stack) => stack.down()));
  await api.gone;
});

const testing = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/testing.js')).href;

test.each(['SIGKILL', 'its own end'])('a stack goes with its caller: %s', async (how) => {
  config(`api: service({ dev: ${command('api')} }), db: postgres({ runtime: 'embedded' })`);
  rig.write(
    'caller.mjs',
    `import { up } from '${testing}';
    const stack = await up();
    console.log(stack.instance);
    ${how === 'SIGKILL' ? 'setInterval(() => {}, 1000);' : ''}`,
  );
  const caller = spawn(process.execPath, ['caller.mjs'], {
    cwd: rig.folder,
    env: { ...process.env, ...rig.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => caller.once('exit', (code, signal) => resolve(code ?? signal)));
  const instance = await new Promise<string>((resolve) => {
    caller.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
  });
  const api = await rig.next('api');
  if (how === 'SIGKILL') caller.kill('SIGKILL');
  expect(await ended).toBe(how === 'SIGKILL' ? 'SIGKILL' : 0);
  await api.gone;
  await nothingStays(instance, Number(api.env['PORT']));
});
