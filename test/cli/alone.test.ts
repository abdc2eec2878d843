import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { portTableFile } from '../../src/project/paths.ts';
import { readPortTable } from '../../src/system/port-file.ts';
import { isAlive, processesOf } from '../../src/system/processes.ts';
import { devstack, nothingLeft, type Finished } from '../rig/devstack.ts';
import { killHard } from '../rig/kill.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

// Commands where no stack runs: never did, or died.
let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const run = (...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: rig.env }).finished;
const config = (body: string): string =>
  rig.write('devstack.config.ts', `import { defineConfig, postgres, service, task, worker } from 'devstack';\n${body}`);
const command = (name: string): string => JSON.stringify(rig.command(name));

test('run brings up what a task needs, runs it and stops everything again', async () => {
  config(`
    const api = service({ dev: ${command('api')}, healthcheck: '/' });
    const check = task({ run: ${command('check')}, when: 'manual', dependsOn: api });
    const other = worker({ dev: ${command('other')} });
    export default defineConfig({ name: 't', resources: { api, check, other } });`);
  const running = devstack(['run', 'check'], { cwd: rig.folder, env: rig.env });
  const api = await rig.next('api');
  await api.do('listen');
  const check = await rig.next('check');
  await check.do('out', { text: 'fine\n' });
  check.tell('exit', { code: 0 });
  const { code, stdout } = await running.finished;
  await api.gone;
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => / \| /.test(line))).toEqual(['check    | fine']);
  expect(stdout).not.toMatch(/^other/m);
});

test('up --wait that runs out of time says of each why it is not there', async () => {
  config(`
    const api = service({ dev: ${command('api')}, healthcheck: '/' });
    const job = worker({ dev: ${command('job')}, dependsOn: api });
    export default defineConfig({ name: 't', resources: { api, job } });`);
  const { code, stderr } = await run('up', '--wait', '--timeout', '300ms');
  expect({ code, lines: stderr.split('\n') }).toEqual({
    code: 1,
    lines: [
      'After 300 ms still waiting for api, job.',
      expect.stringMatching(/^api is starting; its run began \d+ ms ago; .*refused$/),
      expect.stringMatching(/^job is waiting; waits for api to be ready \((starting|running), \d+ ms\)$/),
      '',
    ],
  });
});

test('--wait is not content with a service without a health check that crashes at once', async () => {
  config(`
    const api = worker({ dev: ${command('api')} });
    const bad = worker({ dev: 'exit 3', restart: 'no', autostart: false });
    export default defineConfig({ name: 't', resources: { api, bad } });`);
  const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await rig.next('api');
  await stack.seen(/all 1 ready in/);
  for (const command of ['start', 'restart']) {
    const { code, stderr } = await run(command, 'bad', '--wait');
    expect([command, code, stderr]).toEqual([
      command,
      1,
      expect.stringMatching(/^bad exited with code 3 after \d+ ms\nIts log: devstack logs bad\n$/),
    ]);
  }
  expect((await run('stop', 'bad', '--wait')).code).toBe(0);
  stack.process.kill('SIGINT');
  await stack.finished;
  expect(await run('up', '--wait', 'api', 'bad')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^bad +· failed: bad exited with code 3/m),
  });
});

test('a prompt shows in up and as the last line of logs', async () => {
  config(`
    const api = worker({ dev: ${command('api')} });
    export default defineConfig({ name: 't', resources: { api } });`);
  const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  const api = await rig.next('api');
  await api.do('out', { text: 'hello\nContinue? ' });
  await stack.seen(/^api +\| Continue\? $/m);
  expect((await run('logs', 'api')).stdout).toBe('api | hello\napi | Continue? \n');
  expect((await run('logs', '-n', '1')).stdout).toBe('api | Continue? \n');
  await api.do('out', { text: 'yes\n' });
  await stack.seen(/^api +\| yes$/m);
  expect((await run('logs', '-n', '1')).stdout).toBe('api | Continue? yes\n');
  stack.process.kill('SIGINT');
  await stack.finished;
});

test('what a service tells the terminal stays in its log; its colours show where they are wanted', async () => {
  config(`
    const api = worker({ dev: ${command('api')} });
    export default defineConfig({ name: 't', resources: { api } });`);
  const red = '\u001b[31mred\u001b[0m';
  const text = `\u001b]0;title\u0007\u001b[2J${red}\n10 %\r20 %\n`;
  const plain = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await (await rig.next('api')).do('out', { text });
  await plain.seen(/^api +\| red\napi +\| 10 %\rapi +\| 20 %\n/m);
  expect((await run('logs')).stdout).toBe('api | red\napi | 20 %\n');
  plain.process.kill('SIGINT');
  expect((await plain.finished).stdout).not.toContain('\u001b');
  const env = { ...rig.env, NO_COLOR: '', FORCE_COLOR: '1' };
  const coloured = devstack(['up'], { cwd: rig.folder, env });
  await (await rig.next('api')).do('out', { text });
  await coloured.seen(/20 %\n/);
  expect((await devstack(['logs', '-n', '2'], { cwd: rig.folder, env }).finished).stdout).toContain(` ${red}\n`);
  coloured.process.kill('SIGINT');
  const { stdout } = await coloured.finished;
  expect([stdout.includes(` ${red}\n`), stdout.includes('title'), stdout.includes('[2J')]).toEqual([
    true,
    false,
    false,
  ]);
  const folder = path.join(rig.folder, '.devstack/logs/api');
  const kept = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  expect(kept).toContain(text.repeat(2));
});

test('run fails when what the task needs fails', async () => {
  config(`
    const seed = task({ run: 'exit 5' });
    const check = task({ run: 'echo never', when: 'manual', dependsOn: seed });
    export default defineConfig({ name: 't', resources: { seed, check } });`);
  const { code, stdout } = await run('run', 'check');
  expect(code).toBe(1);
  expect(stdout).toMatch(/seed +· failed: seed exited with code 5/);
  expect(stdout).not.toMatch(/\| never/);
});

test('Ctrl-C stops a run and all it brought up', async () => {
  config(`
    const api = service({ dev: ${command('api')} });
    const check = task({ run: ${command('check')}, when: 'manual', dependsOn: api });
    export default defineConfig({ name: 't', resources: { api, check } });`);
  const running = devstack(['run', 'check'], { cwd: rig.folder, env: rig.env });
  const [api, check] = await Promise.all([rig.next('api'), rig.next('check')]);
  expect((await run('ps')).code).toBe(0);
  running.process.kill('SIGINT');
  await Promise.all([api.gone, check.gone]);
  expect((await running.finished).code).toBe(130);
});

test.runIf(process.platform === 'linux')('down ends what a devstack left that could not clean up itself', async () => {
  config(`
    const api = service({ dev: ${command('api')} });
    export default defineConfig({ name: 't', resources: { api } });`);
  const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  const api = await rig.next('api');
  await stack.seen(/all 1 ready in/);
  const { socket, id, instance } = JSON.parse(readFileSync(path.join(rig.folder, '.devstack/session.json'), 'utf8'));
  await killHard(stack);
  expect(isAlive(api.pid)).toBe(true);
  expect((await run('ps')).stderr).toBe(`${instance} is not running. devstack up starts it.\n`);
  rig.write('devstack.config.ts', 'a config that does not load');
  const { code, stderr } = await run('down');
  await api.gone;
  const [first = '', ...rest] = stderr.split('\n');
  expect(code).toBe(0);
  expect(first).toMatch(new RegExp(`^${instance}: ended what was left: .*child\\.mjs api \\(pid ${api.pid}\\)$`));
  expect(rest).toEqual([
    `${instance}: removed ${socket}`,
    `${instance}: removed ${path.join(path.dirname(socket), id)}`,
    '',
  ]);
  await until(() => processesOf({ runId: id }).length === 0);
  expect((await run('down')).stderr).toBe(`${instance}: nothing runs, nothing to remove\n`);
});

test('down --volumes removes the data of a stopped stack, and gives its ports back', async () => {
  config(`export default defineConfig({ name: 't', resources: { api: service({ dev: 'true' }) } });`);
  const roots = (): readonly string[] => Object.values(readPortTable(portTableFile())).map(({ root }) => root);
  expect((await run('env', 'api')).stdout).toMatch(/^PORT=\d+\n$/);
  mkdirSync(path.join(rig.folder, '.devstack/data/db'), { recursive: true });
  const env = { ...rig.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  // It had no containers: that no engine answers is nothing to speak of.
  expect(await devstack(['down'], { cwd: rig.folder, env }).finished).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^t-[0-9a-f]{6}: nothing runs, nothing to remove\n$/),
  });
  expect(existsSync(path.join(rig.folder, '.devstack/data/db'))).toBe(true);
  expect(roots()).toContain(rig.folder);
  expect((await run('down', '--volumes', '--yes')).code).toBe(0);
  expect(roots()).not.toContain(rig.folder);
  expect(existsSync(path.join(rig.folder, '.devstack/data'))).toBe(false);
});

test('ps, check, graph and render need nothing to run', async () => {
  config(`
    const seed = task({ run: 'true' });
    const api = service({ dev: 'true', dependsOn: seed, port: 4999, healthcheck: '/' });
    export default defineConfig({ name: 't', resources: { seed, api } });`);
  const { stdout, stderr, code } = await run('ps');
  expect({ code, rows: stdout.split('\n'), stderr }).toEqual({
    code: 0,
    rows: ['NAME  STATE    DETAIL  PORT/URL  PID  RESTARTS  UP', 'seed  stopped', 'api   stopped', ''],
    stderr: expect.stringMatching(/^t-[0-9a-f]{6} is not running\. devstack up starts it\.\n$/),
  });
  expect(await run('check')).toEqual({ code: 0, stdout: 'devstack.config.ts: 2 resources, fine\n', stderr: '' });
  expect(await run('graph')).toEqual({
    code: 0,
    stdout: 'api (service)\n└─ seed (task): waits until done\n',
    stderr: '',
  });
  const asJson = await run('graph', '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ startOrder: ['seed', 'api'] });
  expect(await run('graph', '--format', 'json')).toEqual(asJson);
  expect(JSON.parse((await run('render', '--json')).stdout)).toEqual({
    $schema: 'https://unpkg.com/devstack/schema/stack.json',
    name: 't',
    target: 'dev',
    resources: {
      seed: { kind: 'task', run: 'true', env: {}, ports: {}, waitsFor: [], comesWith: [] },
      api: {
        kind: 'process',
        run: 'true',
        env: { PORT: '4999' },
        ports: { http: 4999 },
        waitsFor: ['seed (done)'],
        comesWith: [],
      },
    },
  });
  expect(readdirSync(rig.folder).toSorted()).toEqual(['.devstack', 'devstack.config.ts', 'rig.sock']);
});

test('check tells all problems at once, as JSON too', async () => {
  config(`export default defineConfig({ name: 't', resources: {
    api: service({ dev: 'true', prot: 1 }),
    web: service({ dev: 'true', cwd: './wbe' }),
  } });`);
  const { code, stdout, stderr } = await run('check');
  expect({ code, stdout, lines: stderr.split('\n').map((line) => line.split('  ')[0]) }).toEqual({
    code: 1,
    stdout: '',
    lines: ['devstack.config.ts:3', 'devstack.config.ts:4', ''],
  });
  const asJson = await run('check', '--json');
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.stdout)).toEqual({
    ok: false,
    problems: [
      { code: expect.any(String), at: 'devstack.config.ts:3', message: expect.stringContaining('prot') },
      { code: expect.any(String), at: 'devstack.config.ts:4', message: expect.stringContaining('wbe') },
    ],
    warnings: [],
  });
});

test('check warns of servers that would not start here', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, kafka, minio, postgres, service } from 'devstack';
    const db = postgres({ runtime: 'docker' });
    const files = minio({ runtime: 'native' });
    const events = kafka();
    const web = service({ build: './web' });
    export default defineConfig({ name: 't', resources: { db, files, events, web, api: service({ dev: 'true' }) } });`,
  );
  rig.write('web/Dockerfile', 'FROM scratch');
  const env = { ...rig.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  const warnings = [
    'db (postgres) cannot be started: no Docker engine answers (/nonexistent/docker.sock does not exist). Start Docker, or point DOCKER_HOST at an engine, or let it run without: --runtime auto.',
    'files (minio) cannot be started: native: no distribution has MinIO among its packages',
    'events (kafka) cannot be started: docker: no Docker engine: /nonexistent/docker.sock does not exist; native: no distribution has Kafka among its packages; embedded: there is no real kafka among the npm packages. Ways out: start a Docker engine.',
    'web (container) cannot be started: no Docker engine answers (/nonexistent/docker.sock does not exist). Start Docker, or point DOCKER_HOST at an engine.',
  ].map((message, index) => ({ code: 'cannot-start', at: `devstack.config.ts:${index + 2}`, message }));
  expect(await devstack(['check'], { cwd: rig.folder, env }).finished).toEqual({
    code: 0,
    stdout: 'devstack.config.ts: 5 resources, 4 warnings\n',
    stderr: warnings.map(({ at, message }) => `${at}  ${message}\n`).join(''),
  });
  const { code, stdout } = await devstack(['check', '--json'], { cwd: rig.folder, env }).finished;
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    { ok: true, stack: 't', resources: ['db', 'files', 'events', 'web', 'api'], problems: [], warnings },
  ]);
});

test('a missing secret keeps env, exec and run from beginning, and says where to put it', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service, task } from 'devstack';
    const env = { KEY: secret('STRIPE_KEY') };
    export default defineConfig({ name: 't', resources: {
      api: service({ dev: 'true', env }), check: task({ run: 'true', env }),
    } });`,
  );
  const stderr =
    "STRIPE_KEY is not set (used by api, check)\nPut STRIPE_KEY=… in .env.local, or let dev make one: secret('STRIPE_KEY', { generate: true }).\n";
  expect(await run('env', 'api')).toEqual({ code: 1, stdout: '', stderr });
  expect(await run('exec', 'api', '--', 'true')).toEqual({ code: 1, stdout: '', stderr });
  expect((await run('run', 'check')).code).toBe(1);
});

test('env prints the values of a server', async () => {
  config(`
    const db = postgres({ version: '17', user: 'me', password: 'p@ss word' });
    db.addDatabase('billing');
    export default defineConfig({ name: 't', resources: { db } });`);
  const masked = JSON.parse((await run('env', 'db', '--json')).stdout);
  const { url, host, port, user, password, database } = masked;
  expect({ url, host, user, password, database, billing: masked['billing.url'] }).toEqual({
    url: `postgresql://me:***@127.0.0.1:${port}/db`,
    host: '127.0.0.1',
    user: 'me',
    password: '***',
    database: 'db',
    billing: `postgresql://me:***@127.0.0.1:${port}/billing`,
  });
  const open = JSON.parse((await run('env', 'db', '--json', '--reveal')).stdout);
  expect([open.password, open.url]).toEqual(['p@ss word', `postgresql://me:p%40ss%20word@127.0.0.1:${port}/db`]);
});
