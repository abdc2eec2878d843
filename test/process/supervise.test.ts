import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { isAlive, processesOf } from '../../src/system/processes.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
let running: Running | undefined;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  running?.process.kill('SIGTERM');
  await running?.finished;
  await nothingLeft(rig.folder);
  running = undefined;
  await rig[Symbol.asyncDispose]();
});

function up(config: string, ...args: readonly string[]): Running {
  rig.write('devstack.config.ts', `import { defineConfig, service, task, worker } from 'devstack';\n${config}`);
  running = devstack(['up', ...args], { cwd: rig.folder, env: rig.env });
  return running;
}

const quoted = (name: string): string => JSON.stringify(rig.command(name));

test('a dependent waits until its dependency answers its health check', async () => {
  const stack = up(`
    const db = service({ dev: ${quoted('db')}, healthcheck: '/' });
    const api = service({ dev: ${quoted('api')}, dependsOn: db });
    export default defineConfig({ name: 't', resources: { db, api } });`);
  const db = await rig.next('db');
  await stack.seen(/api +· waiting for db to be ready/);
  await db.do('listen');
  const api = await rig.next('api');
  expect(api.env['PORT']).not.toBe(db.env['PORT']);
  await stack.seen(/all 2 ready in/);
});

test('a crash is told in words and tried again; the third fast one is the end', async () => {
  const stack = up(`
    const api = worker({ dev: ${quoted('api')} });
    const other = worker({ dev: ${quoted('other')} });
    export default defineConfig({ name: 't', resources: { api, other } });`);
  await rig.next('other');
  for (const attempt of [1, 2, 3]) {
    const api = await rig.next('api');
    await api.do('out', { text: `run ${attempt} without an end` });
    api.tell('exit', { code: 7 });
    if (attempt < 3)
      await stack.seen(new RegExp(`api exited with code 7 after .*[\\s\\S]*again in .* \\(attempt ${attempt + 1}\\)`));
  }
  await stack.seen(/api +· failed: api exited with code 7 after/);
  await stack.seen(/^api +· To start it again: devstack start api$/m);
  for (const attempt of [1, 2, 3])
    expect(stack.output()).toMatch(new RegExp(`^api +\\| run ${attempt} without an end$`, 'm'));
});

test('a process that ignores the stop signal is killed after its grace period', async () => {
  const stack = up(`
    const api = worker({ dev: ${quoted('api')}, stopGracePeriod: '200ms' });
    export default defineConfig({ name: 't', resources: { api } });`);
  const api = await rig.next('api');
  await api.do('ignore', { signal: 'SIGTERM' });
  stack.process.kill('SIGINT');
  await stack.seen(/api +· did not stop in time: killed/);
  expect((await stack.finished).code).toBe(130);
});

test('children in sessions of their own end with the service that started them', async () => {
  const stack = up(`
    const api = worker({ dev: ${quoted('api')}, stopGracePeriod: '1s' });
    export default defineConfig({ name: 't', resources: { api } });`);
  const api = await rig.next('api');
  const pids = [];
  for (const options of [{ detached: false }, { detached: true }, { detached: true, ignoreTerm: true }])
    pids.push((await api.do('fork', options))['pid']);
  stack.process.kill('SIGTERM');
  expect((await stack.finished).code).toBe(130);
  for (const pid of pids) expect(isAlive(Number(pid))).toBe(false);
});

test('what a crashed service left running is gone before it starts again', async () => {
  const stack = up(`
    const api = worker({ dev: ${quoted('api')} });
    export default defineConfig({ name: 't', resources: { api } });`);
  const first = await rig.next('api');
  const { pid } = await first.do('fork', { detached: true });
  first.tell('exit', { code: 1 });
  await rig.next('api');
  expect(isAlive(Number(pid))).toBe(false);
  await stack.seen(/starting again: attempt 2/);
});

test('a service that listens on another port than it was given is told so', async () => {
  const stack = up(`
    const api = service({ dev: ${quoted('api')}, healthcheck: { http: '/', interval: '50ms', retries: 20 }, restart: 'no' });
    export default defineConfig({ name: 't', resources: { api } });`);
  const api = await rig.next('api');
  const port = Number(api.env['PORT']) + 1;
  await api.do('listen', { port });
  await stack.seen(
    new RegExp(
      `api +· .*GET http://127.0.0.1:${api.env['PORT']}/ refused for .*\\. The process listens on ${port}\\. It should listen on process\\.env\\.PORT \\(${api.env['PORT']}\\)\\.`,
    ),
  );
  expect((await stack.finished).code).toBe(1);
});

test('an exit before ready, a missing command and a taken port are each named', async () => {
  const stack = up(`
    const early = service({ dev: ${quoted('early')}, healthcheck: '/', restart: 'no' });
    const missing = worker({ dev: 'no-such-program --flag' });
    const shell = worker({ dev: 'no-such-program | cat; exit 127' });
    const holder = service({ dev: ${quoted('holder')} });
    export default defineConfig({ name: 't', resources: { early, missing, shell, holder } });`);
  (await rig.next('early')).tell('exit', { code: 3 });
  await stack.seen(/early exited with code 3 after .*, before it was ready/);
  await stack.seen(/missing +· failed: "no-such-program --flag" → command not found \(127\) in /);
  await stack.seen(/shell +· failed: "no-such-program \| cat; exit 127" → command not found \(127\) in /);
  const holder = await rig.next('holder');
  await holder.do('listen');
  rig.write(
    'other/devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
    export default defineConfig({ name: 'o', resources: { web: service({ dev: 'sleep 60', port: ${holder.env['PORT']} }) } });`,
  );
  const other = await devstack(['up'], { cwd: `${rig.folder}/other`, env: rig.env }).finished;
  expect(other.stdout).toMatch(new RegExp(`web wants port ${holder.env['PORT']}; .*\\(pid ${holder.pid},`));
  expect(other.code).toBe(1);
});

test('a program that may not be run is told with its reason', async () => {
  rig.write('notes.txt', 'no program');
  const stack = up(`
    const notes = worker({ dev: './notes.txt' });
    const large = worker({ dev: 'sleep 60', env: { LARGE: 'x'.repeat(500_000) } });
    export default defineConfig({ name: 't', resources: { notes, large } });`);
  await stack.seen(/notes could not be started: .*EACCES/);
  await stack.seen(/large could not be started: .*E2BIG/);
  expect((await stack.finished).code).toBe(1);
});

test('a liveness check that fails again and again restarts the service', async () => {
  const stack = up(`
    const api = service({ dev: ${quoted('api')}, healthcheck: { ready: { http: '/' }, live: { http: '/', interval: '50ms', timeout: '100ms', retries: 3 } } });
    export default defineConfig({ name: 't', resources: { api } });`);
  const first = await rig.next('api');
  await first.do('listen');
  await stack.seen(/api +· ready after/);
  process.kill(first.pid, 'SIGSTOP');
  await stack.seen(/api stopped answering its health check \(3 times in a row\)/);
  process.kill(first.pid, 'SIGCONT');
  await (await rig.next('api')).do('listen');
});

test('everything stops in reverse order', async () => {
  const stack = up(`
    const db = worker({ dev: ${quoted('db')} });
    const api = worker({ dev: ${quoted('api')}, dependsOn: db });
    const web = worker({ dev: ${quoted('web')}, dependsOn: api });
    export default defineConfig({ name: 't', resources: { db, api, web } });`);
  for (const name of ['db', 'api', 'web']) await rig.next(name);
  await stack.seen(/all 3 ready/);
  stack.process.kill('SIGINT');
  const { stdout } = await stack.finished;
  expect([...stdout.matchAll(/^(\w+) +· (stopping|stopped)$/gm)].map(([, name, what]) => `${name} ${what}`)).toEqual([
    'web stopping',
    'web stopped',
    'api stopping',
    'api stopped',
    'db stopping',
    'db stopped',
  ]);
});

test('a task runs once before its dependents; a failing one holds them back and says so', async () => {
  const stack = up(`
    const migrate = task({ run: ${quoted('migrate')} });
    const api = worker({ dev: ${quoted('api')}, dependsOn: migrate });
    export default defineConfig({ name: 't', resources: { migrate, api } });`);
  (await rig.next('migrate')).tell('exit', { code: 9 });
  await stack.seen(/migrate +· failed: migrate exited with code 9/);
  expect((await stack.finished).code).toBe(1);
  // Everything ends with it: there is no stack to start it in.
  expect(stack.output()).not.toMatch(/api +· starting|To start it again/);
});

test('two signals end everything at once', async () => {
  const stack = up(`
    const api = worker({ dev: ${quoted('api')}, stopGracePeriod: '10m' });
    export default defineConfig({ name: 't', resources: { api } });`);
  const api = await rig.next('api');
  await api.do('ignore', { signal: 'SIGTERM' });
  await stack.seen(/api +· ready/);
  stack.process.kill('SIGINT');
  await stack.seen(/api +· stopping/);
  stack.process.kill('SIGINT');
  expect((await stack.finished).code).toBe(130);
  await until(() => !isAlive(api.pid));
});

test('names, folders and values with every awkward character arrive as they are', async () => {
  const awkward = `a b 'c' "d" $HOME \`x\` \\ ; & | > ../.. \u{1F511} \nsecond line`;
  const folder = `odd 'folder' $x "q" \u{1F511}`;
  rig.write(`${folder}/keep`, '');
  const stack = up(`
    const api = worker({ dev: ${quoted('api')}, cwd: ${JSON.stringify(`./${folder}`)}, env: { VALUE: ${JSON.stringify(awkward)} } });
    export default defineConfig({ name: 't', resources: { api } });`);
  const api = await rig.next('api');
  expect(api.env['VALUE']).toBe(awkward);
  await stack.seen(/all 1 ready/);
});

test('what is kept about a stack is for its owner only', async () => {
  const stack = up(
    `
    const api = worker({ dev: ${quoted('api')}, env: { TOKEN: secret('TOKEN', { generate: true }) } });
    export default defineConfig({ name: 't', resources: { api } });`.replace(
      'const api',
      "import { secret } from 'devstack';\n    const api",
    ),
  );
  const api = await rig.next('api');
  await api.do('out', { text: `my token is ${api.env['TOKEN']}\n` });
  await stack.seen(/^api +\| my token is \*\*\*$/m);
  for (const name of ['.', 'session.json', 'secrets.json', 'logs']) {
    expect([name, statSync(path.join(rig.folder, '.devstack', name)).mode & 0o077]).toEqual([name, 0]);
  }
  expect(readFileSync(path.join(rig.folder, '.devstack/logs/api/0000000000000000.log'), 'utf8')).not.toContain(
    api.env['TOKEN'],
  );
  expect(readFileSync(path.join(rig.folder, '.devstack/.gitignore'), 'utf8')).toBe('*\n');
});

test('events and lines come as JSON on request, with secrets masked', async () => {
  const stack = up(
    `
    const api = worker({ dev: ${quoted('api')} });
    export default defineConfig({ name: 't', resources: { api } });`,
    '--json',
  );
  const api = await rig.next('api');
  await api.do('out', { text: 'one line\n' });
  await stack.seen(/"kind":"line","resource":"api"/);
  stack.process.kill('SIGINT');
  const { stdout } = await stack.finished;
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events[0].kind).toBe('snapshot');
  expect(events.filter(({ kind }) => kind === 'line').map(({ text }) => text)).toEqual(['one line']);
  expect(events.some(({ kind, status }) => kind === 'status' && status.lifecycle.kind === 'ready')).toBe(true);
  expect(events.some(({ kind }) => kind === 'ended')).toBe(true);
});

test('a health command that hangs ends with the stack', async () => {
  const stack = up(`
    const api = worker({ dev: ${quoted('api')}, healthcheck: { command: 'sleep 4321', timeout: '10m' } });
    export default defineConfig({ name: 't', resources: { api } });`);
  await rig.next('api');
  const id = (): string => readSession(projectPaths(rig.folder))?.id ?? '';
  const checks = () => processesOf({ runId: id() }).filter(({ command }) => command.includes('4321'));
  await until(() => checks().length === 1);
  stack.process.kill('SIGINT');
  expect((await stack.finished).code).toBe(130);
  expect(checks()).toEqual([]);
});

test('a service that a config took away ends, though the config changes again while it stops', async () => {
  const config = (mode: string, ...names: readonly string[]): string => `
    const stubborn = worker({ dev: ${quoted('stubborn')}, stopGracePeriod: '1s' });
    const api = worker({ dev: ${quoted('api')}, env: { MODE: '${mode}' } });
    export default defineConfig({ name: 't', resources: { ${names.join(', ')} } });`;
  const stack = up(config('one', 'stubborn', 'api'));
  const stubborn = await rig.next('stubborn');
  await stubborn.do('ignore', { signal: 'SIGTERM' });
  await rig.next('api');
  await stack.seen(/all 2 ready/);
  const write = (text: string) =>
    rig.write('devstack.config.ts', `import { defineConfig, worker } from 'devstack';\n${text}`);
  write(config('two', 'api').replace(/const stubborn.*\n/, ''));
  expect((await rig.next('api')).env['MODE']).toBe('two');
  write(config('three', 'api').replace(/const stubborn.*\n/, ''));
  expect((await rig.next('api')).env['MODE']).toBe('three');
  await stubborn.gone;
});
