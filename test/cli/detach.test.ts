import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, type Finished } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
const run = (...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: rig.env }).finished;

beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await run('down');
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const config = (resources: string): string =>
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service, worker } from 'devstack';
export default defineConfig({ name: 'bg', resources: { ${resources} } });`,
  );
const healthy = (): string => `api: service({ dev: ${JSON.stringify(rig.command('api'))}, healthcheck: '/' })`;

test('up -d --wait returns when all is ready, and the stack goes on without it', async () => {
  config(healthy());
  const starting = devstack(['up', '-d', '--wait'], { cwd: rig.folder, env: rig.env });
  const api = await rig.next('api');
  await api.do('listen');
  const { code, stdout, stderr } = await starting.finished;
  expect({ code, stdout, stderr: stderr.split('\n') }).toEqual({
    code: 0,
    stdout: '',
    stderr: [
      expect.stringMatching(/^bg-[0-9a-f]{6}: ready after .* in the background \(pid \d+\)$/),
      'devstack attach shows it, devstack logs -f follows it, devstack down stops it.',
      '',
    ],
  });
  expect((await run('ps')).stdout).toMatch(/^api +ready/m);
  expect(await run('up', '-d')).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^bg-[0-9a-f]{6}: runs already \(pid \d+\); the config was read again\n$/),
  });
  expect((await run('down')).code).toBe(0);
  await api.gone;
});

test('up where it runs already names what counts at a start only, and takes no --use', async () => {
  config(healthy());
  await run('up', '-d');
  expect(await run('up', '-d', '--no-watch', '--keep', '--runtime', 'native')).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(
      /; the config was read again; --runtime, --no-watch, --keep count when it is started anew\n$/,
    ),
  });
  expect(await run('up', '-d', '--use', 'api=http://127.0.0.1:9')).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^--use api=http:\/\/127.0.0.1:9: bg-[0-9a-f]{6} runs already \(pid \d+\), and .*\.\n$/,
    ),
  });
});

test('up where it runs already reads the config once, names of groups included', async () => {
  rig.write(
    'devstack.config.ts',
    `import { appendFileSync } from 'node:fs';
import { defineConfig, worker } from 'devstack';
appendFileSync('reads', 'x');
const api = worker({ dev: 'sleep 1000' });
export default defineConfig({ name: 'bg', resources: { api }, groups: { back: [api] } });`,
  );
  const reads = (): number => readFileSync(path.join(rig.folder, 'reads'), 'utf8').length;
  expect(await run('up', '-d')).toMatchObject({ code: 0 });
  const before = reads();
  expect(await run('up', '-d', 'back')).toMatchObject({ code: 0 });
  expect(reads() - before).toBe(1);
  expect(await run('up', '-d', 'apo')).toMatchObject({
    code: 2,
    stderr: 'up apo: no resource or group "apo". Did you mean "api"? Groups: back.\n',
  });
});

test('up -d --wait where it runs already starts what was stopped', async () => {
  config(`one: worker({ dev: 'sleep 1000' }), two: worker({ dev: 'sleep 1000' })`);
  await run('up', '-d', '--wait');
  expect((await run('stop', 'one', '--wait')).code).toBe(0);
  expect(await run('up', '-d', '--wait')).toMatchObject({ code: 0, stderr: expect.stringContaining(': ready after') });
  expect((await run('ps')).stdout).toMatch(/^one +ready/m);
});

test('up -d does not wait', async () => {
  config(healthy());
  const { code, stderr } = await run('up', '--detach');
  expect([code, stderr.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^bg-[0-9a-f]{6}: starting, in the background/),
  ]);
  await rig.next('api');
});

test('what fails on the way up is said by the command that waited for it', async () => {
  config(`bad: worker({ dev: 'exit 3' })`);
  const { code, stderr } = await run('up', '-d', '--wait');
  expect(code).toBe(1);
  expect(stderr).toContain('bad exited with code 3');
  expect((await run('ps')).stderr).toMatch(/is not running/);
});

test('what is wrong with the config is said before anything starts', async () => {
  config(`bad: worker({ dev: 3 })`);
  const { code, stderr } = await run('up', '-d');
  expect([code, stderr]).toEqual([1, expect.stringContaining('bad.dev')]);
});

test('where the process that runs it was stopped, who wants to see it is told so', async () => {
  config(healthy());
  expect(await run('up', '-d')).toMatchObject({ code: 0 });
  const pid = Number(/pid (\d+)/.exec((await run('up', '-d')).stderr)?.[1]);
  process.kill(pid, 'SIGSTOP');
  try {
    const said = await Promise.all([run('up'), run('up', '-d'), run('attach'), run('ps')]);
    const words = new RegExp(
      `^bg-[0-9a-f]{6} runs \\(pid ${pid}\\), and has not answered for 10 s\\.\n.*kill -CONT ${pid}`,
    );
    expect(said).toEqual(said.map(() => ({ code: 1, stdout: '', stderr: expect.stringMatching(words) })));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect((await run('ps')).stdout).toMatch(/^api +/m);
});
