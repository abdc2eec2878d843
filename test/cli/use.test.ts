import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, type Finished, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

let rig: Rig;
let stack: Running | undefined;
let staging: Server;
let url: string;
let asked: string[];
let answer: number;

const run = (...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: rig.env }).finished;

beforeEach(async () => {
  rig = await createRig();
  stack = undefined;
  asked = [];
  answer = 200;
  staging = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = answer;
    response.end();
  });
  await new Promise<void>((resolve) => staging.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(staging.address() as AddressInfo).port}`;
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service, task, worker } from 'devstack';
const seed = task({ run: ${JSON.stringify(rig.command('seed'))} });
const api = service({
  dev: ${JSON.stringify(rig.command('api'))}, dependsOn: seed, healthcheck: '/ready', env: { KEY: secret('NOBODY_HAS_IT') },
});
const web = worker({ dev: ${JSON.stringify(rig.command('web'))}, env: { API: api.url, HOST: api.host }, dependsOn: api });
export default defineConfig({ name: 'swap', resources: { seed, api, web }, default: ['api', 'web'] });`,
  );
});

afterEach(async () => {
  stack?.process.kill('SIGTERM');
  await stack?.finished;
  await run('down');
  await nothingLeft(rig.folder);
  await new Promise((resolve) => staging.close(resolve));
  await rig[Symbol.asyncDispose]();
});

const api = async (): Promise<readonly string[] | undefined> => {
  const { stdout } = await run('ps');
  return stdout
    .split('\n')
    .find((row) => row.startsWith('api'))
    ?.split(/\s{2,}/);
};

test('with a URL nothing is started, everybody is led there, and its health is asked there', async () => {
  stack = devstack(['up', '--use', `api=${url}/v1`], { cwd: rig.folder, env: rig.env });
  const web = await rig.next('web');
  expect([web.env['API'], web.env['HOST']]).toEqual([`${url}/v1`, '127.0.0.1']);
  expect(asked[0]).toBe('/v1/ready');
  await stack.seen(/all 2 ready/);
  expect((await api())?.slice(0, 2)).toEqual(['api', 'external']);
  expect((await api())?.join(' ')).toContain(`${url}/v1`);
  expect((await run('env', 'web')).stdout).toContain(`API=${url}/v1`);
  expect((await run('env', 'api')).stdout).toBe('');
  expect((await run('why', 'api')).stdout).toContain(`nothing of it runs here: it is at ${url}/v1\n`);
  expect((await run('exec', 'api', '--', 'true')).stderr).toBe(
    `exec: api is a service elsewhere; nothing of it runs here: it is at ${url}/v1\n`,
  );
  expect((await run('restart', 'api', '--wait')).code).toBe(0);
  expect((await run('stop', 'api', '--wait')).code).toBe(0);
  expect((await api())?.slice(0, 2)).toEqual(['api', 'stopped']);
});

test('one that does not answer holds up who needs it, and counts once it does', async () => {
  answer = 503;
  stack = devstack(['up', '--use', `api=${url}`], { cwd: rig.folder, env: rig.env });
  await until(async () => (await api())?.join(' ').includes('answers 503') === true);
  answer = 200;
  await rig.next('web');
});

test('in the background, and after a save of the config, it is still so', async () => {
  expect((await run('up', '-d', '--use', `api=${url}`)).code).toBe(0);
  const web = await rig.next('web');
  rig.write('devstack.local.ts', `export { default } from './overrides.ts';`);
  rig.write(
    'overrides.ts',
    `import { defineLocal } from 'devstack';
     export default defineLocal({ resources: { web: { env: { MORE: 'x' } } }, use: { api: 'http://elsewhere.example' } });`,
  );
  rig.write('devstack.local.ts', `export { default } from './overrides.ts'; // now`);
  const next = await rig.next('web');
  expect([web.env['API'], next.env['API'], next.env['MORE']]).toEqual([url, url, 'x']);
});

test('devstack.local.ts says the same for every start', async () => {
  rig.write(
    'devstack.local.ts',
    `import { defineLocal } from 'devstack';
     export default defineLocal({ use: { api: ${JSON.stringify(url)} } });`,
  );
  stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  expect((await rig.next('web')).env['API']).toBe(url);
});

test('what cannot be is refused before anything starts', async () => {
  expect(await run('up', '--use', 'api=container')).toEqual({
    code: 2,
    stdout: '',
    stderr: '--use api=container: it has no image and no build; add one of them.\n',
  });
  expect((await run('up', '--use', 'apo=container')).stderr).toBe(
    'up --use apo: no resource or group "apo". Did you mean "api"?\n',
  );
  expect((await run('up', '--use', 'api=http://me:hunter2@x')).stderr).toBe(
    '--use api=http://me:***@x: an address with a login would be seen by everybody.\n',
  );
  expect((await run('up', '--use', 'api')).stderr).toMatch(/It must be like api=container or api=https:/);
  rig.write(
    'devstack.local.ts',
    `import { defineLocal } from 'devstack';
export default defineLocal({
  use: {
    api: 'container',
    wep: 'container',
  },
});`,
  );
  expect((await run('check')).stderr).toBe(
    'devstack.local.ts:4  use: api=container: it has no image and no build; add one of them.\n' +
      'devstack.local.ts:5  The config has no resource "wep". Did you mean "web"?\n',
  );
});
