import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

const SERVER = `import { createServer } from 'node:http';

process.on('SIGTERM', () => process.exit(0));
createServer((_, response) => response.end(process.env.OF_IMAGE ? 'in a container' : 'native')).listen(process.env.PORT);`;

describeDocker('up --use NAME=container', () => {
  const used: string[] = [];
  cleanUp(() => used);
  let rig: Rig;
  let stack: Running | undefined;
  beforeEach(async () => {
    rig = await createRig();
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, service, worker } from 'devstack';
const api = service({ cwd: './api', dev: 'node server.mjs', build: './api', healthcheck: '/' });
const web = worker({ dev: ${JSON.stringify(rig.command('web'))}, env: { API: api.url }, dependsOn: api });
export default defineConfig({ name: 'swapped', resources: { api, web } });`,
    );
    rig.write('api/server.mjs', SERVER);
    rig.write(
      'api/Dockerfile',
      'FROM node:20-alpine\nENV OF_IMAGE=1\nCOPY server.mjs /\nCMD ["node", "/server.mjs"]\n',
    );
  });
  afterEach(async () => {
    stack?.process.kill('SIGTERM');
    await stack?.finished;
    await nothingLeft(rig.folder);
    await rig[Symbol.asyncDispose]();
  });

  async function answerWith(...args: readonly string[]): Promise<string> {
    stack = devstack(['up', ...args], { cwd: rig.folder, env: rig.env });
    const web = await rig.next('web');
    return (await fetch(web.env['API'] ?? '')).text();
  }

  test('runs a service from its image for once, and natively again without it', async () => {
    expect(await answerWith('--use', 'api=container')).toBe('in a container');
    const { instance = '' } = readSession(projectPaths(rig.folder)) ?? {};
    used.push(instance);
    stack?.process.kill('SIGTERM');
    await stack?.finished;
    expect(await answerWith()).toBe('native');
    await devstack(['down'], { cwd: rig.folder, env: rig.env }).finished;
    const { containers } = await listInstance(engine(), instance);
    expect(containers).toEqual([]);
  });
});
