import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { devstack, nothingLeft, type Finished, type Running } from '../rig/devstack.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';

// Every command beside a running stack, in the order a person might use them.
let rig: Rig;
let stack: Running;
let api: Child;
let port: string;

const run = (...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: rig.env }).finished;
const ok = (stdout: string, stderr = ''): Finished => ({ code: 0, stdout, stderr });
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

beforeAll(async () => {
  rig = await createRig();
  rig.write('.env.api', 'FROM_FILE="a b"\nHOME_OF_IT=${HOME}\n');
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service, task, worker } from 'devstack';
const token = secret('TOKEN');
const seed = task({ run: 'echo seeding' });
const again = task({ run: ${JSON.stringify(rig.command('again'))}, when: 'manual' });
const api = service({
  dev: ${JSON.stringify(rig.command('api'))}, healthcheck: '/', dependsOn: seed, envFile: '.env.api',
  env: { TOKEN: token, URL_WITH_IT: \`http://me:\${token}@x\`, QUOTE: "it's" },
});
const job = worker({ dev: ${JSON.stringify(rig.command('job'))}, env: { API: api.url }, dependsOn: api });
export default defineConfig({ name: 'cmd', resources: { seed, again, api, job }, groups: { back: [api, job] } });
`,
  );
  rig.write('.env.local', 'TOKEN=s3cret-value\n');
  stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  api = await rig.next('api');
  await api.do('listen');
  port = api.env['PORT'] ?? '';
  await rig.next('job');
  await stack.seen(/all 3 ready in/);
});

afterAll(async () => {
  stack.process.kill('SIGTERM');
  await stack.finished;
  await nothingLeft(rig.folder, [Number(port)]);
  await rig[Symbol.asyncDispose]();
});

test('ps lists what runs', async () => {
  const { code, stdout, stderr } = await run('ps');
  const table = stdout
    .replaceAll(/\d+ ms|[\d.]+ s/g, 'TIME')
    .replace(String(api.pid), 'PID')
    .split('\n');
  expect({ code, stderr, rows: table.map((row) => row.split(/\s{2,}/).slice(0, 3)) }).toEqual({
    code: 0,
    stderr: '',
    rows: [
      ['NAME', 'STATE', 'DETAIL'],
      ['seed', 'done'],
      ['again', 'stopped'],
      ['api', 'ready', `http://localhost:${port}`],
      ['job', 'ready', expect.any(String)],
      [''],
    ],
  });
});

test('ps --json prints the statuses of the engine', async () => {
  const listing = JSON.parse((await run('ps', '--json')).stdout);
  expect(Object.keys(listing)).toEqual(['instance', 'running', 'pid', 'resources']);
  expect(listing).toMatchObject({
    instance: expect.stringMatching(/^cmd-[0-9a-f]{6}$/),
    running: true,
    pid: stack.pid,
  });
  expect(
    listing.resources.map(({ name, lifecycle }: { name: string; lifecycle: { kind: string } }) => [
      name,
      lifecycle.kind,
    ]),
  ).toEqual([
    ['seed', 'done'],
    ['again', 'idle'],
    ['api', 'ready'],
    ['job', 'ready'],
  ]);
});

test('env prints what the config adds, secrets masked unless asked for', async () => {
  const home = process.env['HOME'] ?? '';
  expect(await run('env', 'api')).toEqual(
    ok(
      lines(
        "FROM_FILE='a b'",
        `HOME_OF_IT=${home}`,
        `PORT=${port}`,
        'TOKEN=***',
        'URL_WITH_IT=http://me:***@x',
        String.raw`QUOTE='it'\''s'`,
      ),
    ),
  );
  expect(JSON.parse((await run('env', 'api', '--reveal', '--json')).stdout)).toEqual({
    FROM_FILE: 'a b',
    HOME_OF_IT: home,
    PORT: port,
    TOKEN: 's3cret-value',
    URL_WITH_IT: 'http://me:s3cret-value@x',
    QUOTE: "it's",
  });
});

test('exec runs a command in the environment of a service, and gives its exit code', async () => {
  const script = 'console.log(process.env.PORT, process.env.QUOTE, process.argv[1]); process.exit(3)';
  expect(await run('exec', 'api', '--', 'node', '-e', script, '$(x) "y"')).toEqual({
    code: 3,
    stdout: `${port} it's $(x) "y"\n`,
    stderr: '',
  });
  expect(await run('exec', 'api', '--', 'no-such-program')).toEqual({
    code: 127,
    stdout: '',
    stderr: 'no-such-program: command not found\n',
  });
});

test('logs prints lines behind the name of their resource, and as JSON', async () => {
  await api.do('out', { text: 'first line\nsecond s3cret-value line\n' });
  await stack.seen(/api +\| second/);
  expect(await run('logs', 'api')).toEqual(ok(lines('api   | first line', 'api   | second *** line')));
  expect(await run('logs', 'api', '-n', '1')).toEqual(ok(lines('api   | second *** line')));
  expect(await run('logs', 'back', '--grep', '^first')).toEqual(ok(lines('api   | first line')));
  expect(await run('logs', '--since', '0ms')).toEqual(ok(''));
  const line = JSON.parse((await run('logs', 'api', '-n', '1', '--json')).stdout);
  expect(line).toEqual({ resource: 'api', offset: 11, time: expect.any(Number), text: 'second *** line' });
  expect((await run('logs', 'api', '-n', '1', '-t')).stdout).toBe(
    `api   | ${new Date(line.time).toISOString()} second *** line\n`,
  );
});

test('logs -f goes on until Ctrl-C, which is 130', async () => {
  const following = devstack(['logs', 'api', '-f', '-n', '0'], { cwd: rig.folder, env: rig.env });
  const more = (async () => {
    for (let turn = 0; !following.output().includes('later'); turn++) await api.do('out', { text: `later ${turn}\n` });
  })();
  await following.seen(/^api +\| later \d+$/m);
  await more;
  following.process.kill('SIGINT');
  expect((await following.finished).code).toBe(130);
});

test('a reader that has seen enough ends logs without a word', async () => {
  await api.do('flood', { lines: 20_000, width: 100 });
  const reading = devstack(['logs', 'api'], { cwd: rig.folder, env: rig.env });
  await reading.seen(/00000100/);
  reading.process.stdout?.destroy();
  const { code, stderr } = await reading.finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('why says what it is doing, and what nobody asked for', async () => {
  expect((await run('why', 'api')).stdout).toMatch(
    new RegExp(
      `^api is ready; its run began .* ago\n  last health check: GET http://127\\.0\\.0\\.1:${port}/ answers 200\n(?: {4}.* ago: .* refused\n)*$`,
    ),
  );
  expect(await run('why', 'again')).toEqual(
    ok(lines('again is stopped', '  nobody asked for it: devstack start again brings it up')),
  );
  expect(JSON.parse((await run('why', 'job', '--json')).stdout)).toMatchObject({
    running: true,
    status: { name: 'job' },
    waits: [],
  });
});

test('run prints what its task writes and ends as the task does', async () => {
  const running = devstack(['run', 'again'], { cwd: rig.folder, env: rig.env });
  const task = await rig.next('again');
  await task.do('out', { text: 'working\nhalf a line' });
  task.tell('exit', { code: 0 });
  expect(await running.finished).toEqual(ok(lines('again | working', 'again | half a line')));
});

test('run fails as the task does, and a second run is a new one', async () => {
  const running = devstack(['run', 'again'], { cwd: rig.folder, env: rig.env });
  (await rig.next('again')).tell('exit', { code: 4 });
  expect(await running.finished).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^again exited with code 4 after .*\nIts log: devstack logs again\n$/),
  });
});

test('Ctrl-C and the time limit of run stop the task', async () => {
  const interrupted = devstack(['run', 'again'], { cwd: rig.folder, env: rig.env });
  const first = await rig.next('again');
  interrupted.process.kill('SIGINT');
  await first.gone;
  expect(await interrupted.finished).toEqual({ code: 130, stdout: '', stderr: '' });
  const late = devstack(['run', 'again', '--timeout', '2s'], { cwd: rig.folder, env: rig.env });
  const second = await rig.next('again');
  await second.gone;
  expect(await late.finished).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^After 2\.0 s still waiting for again\.\nagain is running; its run began [\d.]+ s ago\n$/,
    ),
  });
});

test('restart --wait returns when the new run is ready, stop --wait when it is gone', async () => {
  const restarting = devstack(['restart', 'api', '--wait'], { cwd: rig.folder, env: rig.env });
  await api.gone;
  const next = await rig.next('api');
  expect(next.env['PORT']).toBe(port);
  await next.do('listen');
  expect(await restarting.finished).toEqual(ok('', expect.stringMatching(/^api: ready after .*\n$/)));
  expect(await run('stop', 'api', '--wait')).toEqual(ok('', expect.stringMatching(/^api: stopped after .*\n$/)));
  await next.gone;
  const starting = devstack(['start', 'api', '--wait'], { cwd: rig.folder, env: rig.env });
  api = await rig.next('api');
  await api.do('listen');
  expect(await starting.finished).toEqual(ok('', expect.stringMatching(/^api: ready after .*\n$/)));
});

test('start --wait gives up in time, and says for what it waited', async () => {
  const waiting = devstack(['restart', 'api', '--wait', '--timeout', '300ms'], { cwd: rig.folder, env: rig.env });
  const next = await rig.next('api');
  expect(await waiting.finished).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^After 300 ms still waiting for api\.\napi is (starting; its run began \d+ ms ago.*|waiting.*)\n$/,
    ),
  });
  await next.do('listen');
  api = next;
});

test('start --wait fails in the words of the failure', async () => {
  const starting = devstack(['start', 'again', '--wait'], { cwd: rig.folder, env: rig.env });
  (await rig.next('again')).tell('exit', { code: 9 });
  expect(await starting.finished).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^again exited with code 9 after .*\nIts log: devstack logs again\n$/),
  });
});

test('a second up in the same checkout follows the first, and leaves it alone when it ends', async () => {
  const second = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await second.seen(
    new RegExp(`^cmd-[0-9a-f]{6}: runs already \\(pid ${stack.pid}\\); the config was read again$`, 'm'),
  );
  await second.seen(/^api +· ready/m);
  await api.do('out', { text: 'for both\n' });
  await second.seen(/^api +\| for both$/m);
  second.process.kill('SIGINT');
  expect((await second.finished).code).toBe(130);
  expect((await run('ps')).stdout).toMatch(/^api +ready/m);
});

test('attach follows in lines where there is no terminal, or in JSON', async () => {
  const plain = devstack(['attach'], { cwd: rig.folder, env: rig.env });
  await plain.seen(/^api +· ready/m);
  await api.do('out', { text: 'plainly\n' });
  await plain.seen(/^api +\| plainly$/m);
  plain.process.kill('SIGTERM');
  await plain.finished;
  const json = devstack(['attach', '--json'], { cwd: rig.folder, env: rig.env });
  await json.seen(/^\{"kind":"snapshot"/);
  await api.do('out', { text: 'in JSON\n' });
  await json.seen(/^\{"kind":"line","resource":"api",.*"text":"in JSON"\}$/m);
  json.process.kill('SIGTERM');
  await json.finished;
});

test('a second up with a broken config says what is wrong, and nothing has changed', async () => {
  const config = path.join(rig.folder, 'devstack.config.ts');
  const fine = readFileSync(config, 'utf8');
  writeFileSync(config, fine.replace('defineConfig({', "defineConfig({ onHangup: 'maybe',"));
  expect(await run('up', '-d')).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('onHangup') });
  expect((await run('ps')).stdout).toMatch(/^api +ready/m);
  writeFileSync(config, fine);
  expect((await run('up', '-d', '--wait')).stderr).toMatch(/: ready after /);
});

test('a broken config keeps no command from the running stack', async () => {
  const config = path.join(rig.folder, 'devstack.config.ts');
  writeFileSync(config, 'export default {');
  await stack.seen(/the config is broken/);
  expect((await run('ps')).code).toBe(0);
  expect((await run('why', 'api')).code).toBe(0);
  expect((await run('logs', 'api', '-n', '1')).code).toBe(0);
  expect(await run('why', 'apj')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'why apj: no resource or group "apj". Did you mean "api"?\n',
  });
});

test('down stops everything, and needs no config for it', async () => {
  const { code, stdout, stderr } = await run('down');
  const { code: upCode } = await stack.finished;
  const said = stderr.split('\n').map((line) => line.replace(/^cmd-[0-9a-f]{6}: /, ''));
  expect({ code, stdout, said, upCode }).toEqual({
    code: 0,
    stdout: '',
    said: ['stopping job', 'stopping api', 'stopped', ''],
    upCode: 1,
  });
  await nothingLeft(rig.folder, [Number(port)]);
});

test('afterwards the logs are still there, and nothing is left to take down', async () => {
  expect((await run('logs', 'api', '-n', '1')).stdout).toMatch(/^api +\| /);
  expect((await run('logs', '-f', '-n', '1', 'seed')).stderr).toBe(
    'The stack is not running: this is what it left, and nothing follows.\n',
  );
  const why = (await run('why', 'seed')).stdout.split('\n');
  expect(why).toEqual([
    expect.stringMatching(/^seed is stopped: cmd-[0-9a-f]{6} is not running\. devstack up starts it\.$/),
    expect.stringMatching(/^ {2}its last lines \(.* ago\):$/),
    '    seeding',
    '',
  ]);
  expect((await run('down')).stderr).toMatch(/^cmd-[0-9a-f]{6}: nothing runs, nothing to remove\n$/);
  expect(await run('restart', 'api')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^cmd-[0-9a-f]{6} is not running\.\ndevstack up starts it\.\n$/),
  });
});
