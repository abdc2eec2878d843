import { createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectEngine, type EngineClient } from '../../src/daemon/client.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { assembleStack, type Assembled } from '../rig/assembled.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
let stack: Assembled | undefined;
let running: Running | undefined;
let client: EngineClient | undefined;
let holder: Server | undefined;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  await stack?.[Symbol.asyncDispose]();
  client?.close();
  running?.process.kill('SIGTERM');
  await running?.finished;
  await nothingLeft(rig.folder);
  holder?.close();
  stack = running = client = holder = undefined;
  await rig[Symbol.asyncDispose]();
});

const tsx = (command: string): string => `${path.resolve('node_modules/.bin/tsx')} ${command}`;
const quoted = (name: string): string => JSON.stringify(rig.command(name));

/** The built command line with that config, and an engine that asks it for things. */
async function up(config: string, ...args: readonly string[]): Promise<EngineClient> {
  rig.write('devstack.config.ts', `import { defineConfig, service, worker } from 'devstack';\n${config}`);
  running = devstack(['up', ...args], { cwd: rig.folder, env: rig.env });
  await running.seen(/all \d+ ready/);
  client = await connectEngine(readSession(projectPaths(rig.folder))?.socket ?? '');
  if (!client) throw new Error('no answer');
  return client;
}

test.each<[string, (command: string) => string, Record<string, string>]>([
  ['itself', (command) => command, {}],
  ['npm run', () => 'npm run dev', {}],
  ['npm run with options of its own', () => 'npm run dev', { NODE_OPTIONS: '--no-warnings' }],
  ['tsx watch', (command) => command.replace(/^\S+/, tsx('watch')), {}],
  ['node --watch', (command) => command.replace(/^\S+/, '$& --watch'), {}],
])('a debugger finds the program of a service that is debugged, started by %s', async (_, started, env) => {
  rig.write('package.json', JSON.stringify({ scripts: { dev: rig.command('api') } }));
  const dev = started(rig.command('api'));
  stack = await assembleStack(
    rig,
    `const api = worker({ dev: ${JSON.stringify(dev)}, env: ${JSON.stringify(env)} });
     export default defineConfig({ name: 't', resources: { api } });`,
  );
  const { engine } = stack.assembly;
  await engine.send({ kind: 'up', names: ['api'], deps: true });
  await rig.next('api');
  await engine.send({ kind: 'debug', name: 'api', port: 'auto' });
  const { debugPort } = await stack.status('api', ({ run }) => run === 2);
  await rig.next('api');
  const targets: unknown = await (await fetch(`http://127.0.0.1:${debugPort}/json/list`)).json();
  expect(targets).toEqual([expect.objectContaining({ type: 'node', title: expect.stringContaining('child.mjs') })]);
  await stack.notice(new RegExp(`api listens for a debugger on 127.0.0.1:${debugPort}.*"port":${debugPort}`));
});

test('a save restarts nothing while watching is off, and later saves do again', async () => {
  rig.write('src/a.js', '0');
  const engine = await up(`
    const api = worker({ dev: ${quoted('api')}, watch: 'src' });
    const other = worker({ dev: ${quoted('other')}, watch: 'src' });
    export default defineConfig({ name: 't', resources: { api, other } });`);
  const first = await rig.next('api');
  await rig.next('other');
  await engine.send({ kind: 'watch', names: ['api'], on: false });
  rig.write('src/a.js', '1');
  await rig.next('other');
  await engine.send({ kind: 'watch', names: ['api'], on: true });
  rig.write('src/a.js', '2');
  const second = await rig.next('api');
  await rig.next('other');
  expect([first, second].map(({ env }) => env['DEVSTACK_RUN_ID']?.split('.').at(-1))).toEqual(['1', '2']);
});

test('what was started without watching can be told to watch', async () => {
  rig.write('src/a.js', '0');
  const engine = await up(
    `const api = worker({ dev: ${quoted('api')}, watch: 'src' });
    export default defineConfig({ name: 't', resources: { api } });`,
    '--no-watch',
  );
  await rig.next('api');
  const statuses = async (): Promise<unknown> => {
    for await (const event of engine.watch(new AbortController().signal))
      if (event.kind === 'snapshot') return event.snapshot.statuses.map(({ watching }) => watching);
    return undefined;
  };
  expect(await statuses()).toEqual([false]);
  await engine.send({ kind: 'watch', names: ['api'], on: true });
  let again: Child | undefined;
  void rig.next('api').then((child) => {
    again = child;
  });
  let saved = 0;
  // The watcher needs a moment: what is saved before it looks is not told.
  await until(() => {
    if (!again) rig.write('src/a.js', String((saved += 1)));
    return again !== undefined;
  });
});

test('a service whose port is taken gets another one, and whoever runs with its address follows', async () => {
  const server = createServer();
  holder = server;
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  stack = await assembleStack(
    rig,
    `const api = service({ dev: ${quoted('api')}, port: ${port} });
    const web = worker({ dev: ${quoted('web')}, env: { API: api.url } });
    const other = worker({ dev: ${quoted('other')} });
    export default defineConfig({ name: 't', resources: { api, web, other } });`,
  );
  const { engine } = stack.assembly;
  await engine.send({ kind: 'up', names: ['web', 'other'], deps: true });
  expect((await rig.next('web')).env['API']).toBe(`http://127.0.0.1:${port}`);
  await rig.next('other');
  await stack.status('api', ({ lifecycle }) => lifecycle.kind === 'failed');
  expect(await engine.send({ kind: 'move-port', name: 'api' })).toEqual({ kind: 'accepted' });
  const moved = (await rig.next('api')).env['PORT'];
  expect(moved).not.toBe(String(port));
  expect((await rig.next('web')).env['API']).toBe(`http://127.0.0.1:${moved}`);
  expect(await stack.status('web', ({ run }) => run === 2)).toMatchObject({
    lastCause: { kind: 'address-changed', other: 'api' },
  });
  expect(await stack.status('api')).toMatchObject({ ports: { http: Number(moved) }, run: 2 });
  expect((await stack.status('other')).run).toBe(1);
  // The config still says the old one.
  await engine.send({ kind: 'apply', stack: engine.world().stack });
  await engine.send({ kind: 'restart', names: ['api'], cause: { kind: 'asked' } });
  expect((await rig.next('api')).env['PORT']).toBe(moved);
});

test('other commands know the port that a service was moved to', async () => {
  const server = createServer();
  holder = server;
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  const engine = await up(
    `const api = service({ dev: ${quoted('api')}, port: ${port} });
    const web = worker({ dev: ${quoted('web')}, env: { API: api.url } });
    export default defineConfig({ name: 't', resources: { api, web } });`,
    'web',
    '--no-deps',
  );
  await rig.next('web');
  await engine.send({ kind: 'up', names: ['api'], deps: true });
  // Who has the port is found out before it is said to have failed.
  await until(async () => (await engine.send({ kind: 'move-port', name: 'api' })).kind === 'accepted');
  const moved = (await rig.next('api')).env['PORT'];
  const { stdout } = await devstack(['env', 'web'], { cwd: rig.folder, env: rig.env }).finished;
  expect(stdout).toContain(`API=http://127.0.0.1:${moved}\n`);
});
