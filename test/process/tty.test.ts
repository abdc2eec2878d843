import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { groupMembers, isAlive, processesOf } from '../../src/system/processes.ts';
import { assembleStack, type Assembled } from '../rig/assembled.ts';
import { devstack, nothingLeft } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
let stack: Assembled | undefined;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  await stack?.[Symbol.asyncDispose]();
  stack = undefined;
  await rig[Symbol.asyncDispose]();
});

/** A stack of one worker on a terminal, whose program is the given one. */
async function onTerminal(program: string, options = ''): Promise<Assembled> {
  rig.write('program.mjs', program);
  stack = await assembleStack(
    rig,
    `export default defineConfig({ name: 't', resources: {
      api: worker({ dev: 'node program.mjs', tty: true, ${options} }),
    } });`,
  );
  await stack.assembly.engine.send({ kind: 'up', names: ['api'], deps: true });
  return stack;
}

test('a service on a terminal sees one of 120 by 40, and its log is that of any other', async () => {
  const { line, status } = await onTerminal(`
    const { stdin, stdout, stderr, env } = process;
    console.log([stdin.isTTY, stdout.isTTY, stderr.isTTY, stdout.columns, stdout.rows, env.TERM].join(' '));
    console.log('run ' + env.DEVSTACK_RUN_ID.endsWith('.api.1'));
    setInterval(() => {}, 60_000);`);
  expect((await line('api', /true/)).text).toBe('true true true 120 40 xterm-256color');
  expect((await line('api', /^run/)).text).toBe('run true');
  expect((await status('api', ({ lifecycle }) => lifecycle.kind === 'ready')).info?.pid).toBeGreaterThan(0);
});

test('what is written reaches it as if typed, and its size follows what is told, in the next run as well', async () => {
  const { assembly, line, status } = await onTerminal(`
    const size = () => process.stdout.columns + 'x' + process.stdout.rows;
    process.stdout.on('resize', () => console.log('now ' + size()));
    process.stdin.setRawMode(true).on('data', (bytes) => console.log('typed ' + bytes));
    console.log('begins with ' + size());`);
  await line('api', /begins with 120x40/);
  expect(assembly.engine.write('api', 'ö')).toBe(true);
  await line('api', /typed ö/);
  expect(assembly.engine.resize('api', 90, 25)).toBe(true);
  await line('api', /now 90x25/);
  await assembly.engine.send({ kind: 'restart', names: ['api'], cause: { kind: 'asked' } });
  await status('api', ({ run }) => run === 2);
  await line('api', /begins with 90x25/);
});

test('bytes arrive undamaged, though characters are cut by reads', async () => {
  const { assembly, line } = await onTerminal(`
    const text = 'äöü€😀'.repeat(20_000);
    console.log(text);
    console.log('done');
    setInterval(() => {}, 60_000);`);
  await line('api', /^done/);
  const { text } = await line('api', /ä/);
  expect(text).toBe('äöü€😀'.repeat(20_000));
  expect(assembly.hub.bounds('api').end).toBe(Buffer.byteLength(`${text}\r\ndone\r\n`));
});

test('one that does not read its terminal blocks nobody', async () => {
  const { assembly, line, status } = await onTerminal(`
    process.stdin.setRawMode(true);
    console.log('here');
    setInterval(() => {}, 60_000);`);
  await line('api', /here/);
  expect(assembly.engine.write('api', 'x'.repeat(1 << 20))).toBe(true);
  await assembly.engine.send({ kind: 'stop', names: ['api'] });
  await status('api', ({ lifecycle }) => lifecycle.kind === 'idle');
});

test('an exit code, a signal and a program that does not exist are told as on pipes', async () => {
  stack = await assembleStack(
    rig,
    `const common = { tty: true, restart: 'no' } as const;
    export default defineConfig({ name: 't', resources: {
      code: worker({ dev: 'exit 7', ...common }),
      signal: worker({ dev: 'kill -s KILL $$', ...common }),
      missing: worker({ dev: 'no-such-program --flag', ...common }),
    } });`,
  );
  await stack.assembly.engine.send({ kind: 'up', names: ['code', 'signal', 'missing'], deps: true });
  const failureOf = async (name: string): Promise<unknown> => {
    const { lifecycle } = await stack!.status(name, (status) => status.lifecycle.kind === 'failed');
    return lifecycle.kind === 'failed' ? lifecycle.failure : undefined;
  };
  expect(await failureOf('code')).toMatchObject({ code: 'exited', exit: { kind: 'code', code: 7 } });
  expect(await failureOf('signal')).toMatchObject({ code: 'exited', exit: { kind: 'signal', signal: 'SIGKILL' } });
  expect(await failureOf('missing')).toMatchObject({
    code: 'command-not-found',
    command: 'no-such-program --flag',
  });
});

test('a log check sees the end of a line where the terminal adds a return', async () => {
  const { status } = await onTerminal(
    `console.log('listening'); setInterval(() => {}, 60_000);`,
    `healthcheck: { log: /listening$/ }`,
  );
  expect((await status('api', ({ lifecycle }) => lifecycle.kind === 'ready')).restarts).toBe(0);
});

test('a stop ends the whole group and what left it for a session of its own', async () => {
  stack = await assembleStack(
    rig,
    `export default defineConfig({ name: 't', resources: {
      api: worker({ dev: ${JSON.stringify(`${rig.command('api')} & wait`)}, tty: true, stopGracePeriod: '1s' }),
    } });`,
  );
  await stack.assembly.engine.send({ kind: 'up', names: ['api'], deps: true });
  const api = await rig.next('api');
  const { pid } = await api.do('fork', { detached: true, ignoreTerm: true });
  const leader = (await stack.status('api', ({ info }) => info?.pid !== undefined)).info?.pid ?? 0;
  expect(leader).not.toBe(api.pid);
  expect(groupMembers(leader)).toContain(api.pid);
  await stack.assembly.engine.send({ kind: 'stop', names: ['api'] });
  await stack.status('api', ({ lifecycle }) => lifecycle.kind === 'idle');
  expect([leader, api.pid, Number(pid)].filter((one) => isAlive(one))).toEqual([]);
});

test('kill -9 of devstack leaves nothing, also of one that ignores a hang-up', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, worker } from 'devstack';
    const stubborn = worker({ dev: 'trap "" HUP TERM; while :; do sleep 0.05; done', tty: true });
    const parent = worker({ dev: ${JSON.stringify(rig.command('parent'))}, tty: true });
    export default defineConfig({ name: 'chaos', resources: { stubborn, parent } });`,
  );
  const running = devstack(['up'], { cwd: rig.folder, env: rig.env });
  const parent = await rig.next('parent');
  await parent.do('ignore', { signal: 'SIGHUP' });
  await parent.do('fork', { detached: true, ignoreTerm: true });
  await running.seen(/all 2 ready/);
  const runId = readSession(projectPaths(rig.folder))?.id ?? '';
  expect(processesOf({ runId }).length).toBeGreaterThanOrEqual(3);
  running.process.kill('SIGKILL');
  await running.finished;
  await nothingLeft(rig.folder);
  await until(() => !isAlive(parent.pid));
});

test('without the optional package only services that want a terminal fail, and say what to install', async () => {
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const copy = path.join(rig.folder, 'devstack');
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(path.join(repository, name), path.join(copy, name), { recursive: true });
  for (const name of Object.keys(JSON.parse(readFileSync(path.join(copy, 'package.json'), 'utf8')).dependencies)) {
    const place = path.join(copy, 'node_modules', name);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(path.join(repository, 'node_modules', name), place);
  }
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, worker } from 'devstack';
    const plain = worker({ dev: ${JSON.stringify(rig.command('plain'))} });
    const fancy = worker({ dev: ${JSON.stringify(rig.command('fancy'))}, tty: true });
    export default defineConfig({ name: 't', resources: { plain, fancy } });`,
  );
  const running = devstack(['up'], {
    cwd: rig.folder,
    env: rig.env,
    bin: path.join(copy, 'bin/devstack.js'),
  });
  await rig.next('plain');
  await running.seen(/fancy has tty: true and no terminal could be made: Cannot find module '@lydell\/node-pty'/);
  await running.seen(/npm install -D @lydell\/node-pty/);
  running.process.kill('SIGINT');
  await running.finished;
  await nothingLeft(rig.folder);
});
