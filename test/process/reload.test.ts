import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
let stack: Running | undefined;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  stack?.process.kill('SIGTERM');
  await stack?.finished;
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const quoted = (name: string): string => JSON.stringify(rig.command(name));

async function up(config: string): Promise<Running> {
  rig.write('devstack.config.ts', `import { defineConfig, service, task, worker } from 'devstack';\n${config}`);
  stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await stack.seen(/all \d+ ready/);
  return stack;
}

const starts = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name} +· starting`, 'gm'))].length;

test('a save restarts what watches the file, names it, and nothing else', async () => {
  rig.write('src/a.js', '1');
  const running = await up(`
    const api = worker({ dev: ${quoted('api')}, watch: 'src' });
    const other = worker({ dev: ${quoted('other')} });
    export default defineConfig({ name: 't', resources: { api, other } });`);
  const first = await rig.next('api');
  await rig.next('other');
  rig.write('src/a.js', '2');
  const second = await rig.next('api');
  expect(second.pid).not.toBe(first.pid);
  await running.seen(/api +· starting again: src\/a\.js changed/);
  expect(starts(running.output(), 'other')).toBe(1);
});

test('what crashed and is not tried again says that a save brings it back, and one does', async () => {
  rig.write('src/a.js', '1');
  const running = await up(`
    const api = worker({ dev: ${quoted('api')}, watch: 'src', restart: 'no' });
    export default defineConfig({ name: 't', resources: { api } });`);
  (await rig.next('api')).tell('exit', { code: 1 });
  await running.seen(/^api +· To start it again: save a file or devstack start api$/m);
  rig.write('src/a.js', '2');
  await rig.next('api');
});

test('a touch without a change, and a file that is ignored, do nothing; an atomic save counts once', async () => {
  rig.write('.git/HEAD', '');
  rig.write('.gitignore', 'src/generated/\n');
  const file = rig.write('src/a.js', '1');
  rig.write('src/generated/b.js', '1');
  const running = await up(`
    const api = worker({ dev: ${quoted('api')}, watch: { paths: 'src', ignore: '**/*.log' } });
    export default defineConfig({ name: 't', resources: { api } });`);
  await rig.next('api');
  // From the first change on the content is known.
  rig.write('src/a.js', '0');
  await rig.next('api');
  await until(() => starts(running.output(), 'api') === 2);
  utimesSync(file, new Date(), new Date());
  rig.write('src/generated/b.js', '2');
  rig.write('src/x.log', '2');
  writeFileSync(`${file}.tmp~`, '2');
  renameSync(`${file}.tmp~`, file);
  await rig.next('api');
  await until(() => starts(running.output(), 'api') === 3);
  expect([...running.output().matchAll(/starting again: (.*)/g)].map(([, why]) => why)).toEqual([
    'src/a.js changed',
    'src/a.js changed',
  ]);
});

test('a burst of a thousand files is one restart, after the last of them', async () => {
  for (let index = 0; index < 1000; index++) rig.write(`src/f${index}.js`, '1');
  const running = await up(`
    const api = worker({ dev: 'cat src/f999.js; exec ${rig.command('api')}', watch: { paths: 'src', debounce: '500ms' } });
    export default defineConfig({ name: 't', resources: { api } });`);
  await rig.next('api');
  for (let index = 0; index < 1000; index++) rig.write(`src/f${index}.js`, 'second\n');
  await rig.next('api');
  await running.seen(/^api +\| second$/m);
  expect(starts(running.output(), 'api')).toBe(2);
});

test('with a dev build the old process runs on until the build has succeeded', async () => {
  rig.write('src/a.js', 'good');
  const running = await up(`
    const api = worker({ dev: ${quoted('api')}, watch: 'src', buildDev: 'grep -q good src/a.js || { echo it is bad; exit 3; }' });
    export default defineConfig({ name: 't', resources: { api } });`);
  await rig.next('api');
  rig.write('src/a.js', 'bad');
  await running.seen(/"grep -q good.*" exited with code 3; what ran before keeps running/);
  await running.seen(/^api +\| it is bad$/m);
  expect(starts(running.output(), 'api')).toBe(1);
  rig.write('src/a.js', 'good again');
  await rig.next('api');
  await running.seen(/starting again: src\/a\.js changed/);
});

test('a service that writes into what it watches is named and not restarted for ever', async () => {
  rig.write('src/a.js', '1');
  const running = await up(`
    const api = worker({ dev: 'date +%N >> src/out.txt; sleep 60', watch: 'src' });
    export default defineConfig({ name: 't', resources: { api } });`);
  await running.seen(/api writes src\/out\.txt, which it watches \(\d+ restarts in a row\)/);
});

test('restartWith takes dependents along', async () => {
  rig.write('src/a.js', '1');
  const running = await up(`
    const lib = worker({ dev: ${quoted('lib')}, watch: 'src' });
    const api = worker({ dev: ${quoted('api')}, restartWith: lib });
    export default defineConfig({ name: 't', resources: { lib, api } });`);
  await rig.next('lib');
  await rig.next('api');
  rig.write('src/a.js', '2');
  await rig.next('lib');
  await rig.next('api');
  await running.seen(/api +· starting again: lib was restarted \(restartWith\)/);
});

test('an env file is read at every start, and a change of it restarts its users', async () => {
  rig.write('api.env', 'GREETING=one');
  const running = await up(`
    const api = worker({ dev: ${quoted('api')}, envFile: 'api.env' });
    export default defineConfig({ name: 't', resources: { api } });`);
  expect((await rig.next('api')).env['GREETING']).toBe('one');
  rig.write('api.env', 'GREETING=two');
  expect((await rig.next('api')).env['GREETING']).toBe('two');
  await running.seen(/starting again: env file api\.env changed/);
});

test('a changed config restarts only what changed; a broken one leaves everything running', async () => {
  rig.write('shared.ts', `export const mode = 'one';`);
  const config = (extra: string): string => `import { mode } from './shared.ts';
    const api = worker({ dev: ${quoted('api')}, env: { MODE: mode } });
    const other = worker({ dev: ${quoted('other')} });
    ${extra}`;
  const running = await up(config(`export default defineConfig({ name: 't', resources: { api, other } });`));
  await rig.next('api');
  const other = await rig.next('other');
  rig.write('shared.ts', `export const mode = 'two';`);
  expect((await rig.next('api')).env['MODE']).toBe('two');
  await running.seen(/starting again: its config changed \(env\)/);
  rig.write('shared.ts', `export const mode = ;`);
  await running.seen(/the config is broken; everything goes on as it was/);
  rig.write('shared.ts', `export const mode = 'two';`);
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service, task, worker } from 'devstack';
    ${config(`const more = worker({ dev: ${quoted('more')} }); export default defineConfig({ name: 't', resources: { api, more } });`)}`,
  );
  await rig.next('more');
  await other.gone;
  await running.seen(/other +· removed from the config/);
  expect(starts(running.output(), 'api')).toBe(2);
});

test('a restart never runs two at once, and waits until the port is free', async () => {
  rig.write('src/a.js', '1');
  const running = await up(`
    const api = service({ dev: ${quoted('api')}, watch: 'src', stopGracePeriod: '1s' });
    export default defineConfig({ name: 't', resources: { api } });`);
  let child = await rig.next('api');
  for (let round = 0; round < 5; round++) {
    await child.do('listen');
    await child.do('fork', { detached: false });
    rig.write('src/a.js', `round ${round}`);
    const next = await rig.next('api');
    await child.gone;
    expect(next.env['PORT']).toBe(child.env['PORT']);
    child = next;
  }
  await child.do('listen');
  expect(running.output()).not.toMatch(/EADDRINUSE/);
});

test('stopping it by hand keeps it down, whatever is saved', async () => {
  rig.write('src/a.js', '1');
  rig.write('src2/a.js', '1');
  await up(`
    const api = worker({ dev: ${quoted('api')}, watch: 'src' });
    const other = worker({ dev: ${quoted('other')}, watch: 'src2' });
    export default defineConfig({ name: 't', resources: { api, other } });`);
  const api = await rig.next('api');
  await rig.next('other');
  const { connectEngine } = await import('../../src/daemon/client.ts');
  const { readSession } = await import('../../src/project/session.ts');
  const { projectPaths } = await import('../../src/project/paths.ts');
  const client = await connectEngine(readSession(projectPaths(rig.folder))?.socket ?? '');
  await client?.send({ kind: 'stop', names: ['api'] });
  client?.close();
  await api.gone;
  rig.write('src/a.js', '2');
  rig.write('src2/a.js', '2');
  await rig.next('other');
  await until(() => starts(stack?.output() ?? '', 'other') === 2);
  expect(starts(stack?.output() ?? '', 'api')).toBe(1);
});

test('overrides of a checkout count from the moment they appear, and no longer once they are gone', async () => {
  const running = await up(`
    const api = service({ dev: ${quoted('api')}, env: { LEVEL: 'info' } });
    export default defineConfig({ name: 't', resources: { api } });`);
  expect((await rig.next('api')).env['LEVEL']).toBe('info');
  rig.write(
    'devstack.local.ts',
    `import { defineLocal } from 'devstack';
     export default defineLocal({ resources: { api: { env: { LEVEL: 'debug' } } } });`,
  );
  expect((await rig.next('api')).env['LEVEL']).toBe('debug');
  await running.seen(/devstack\.local\.ts overrides the config/);
  rmSync(path.join(rig.folder, 'devstack.local.ts'));
  expect((await rig.next('api')).env['LEVEL']).toBe('info');
});
