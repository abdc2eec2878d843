import { chmodSync, chownSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bin, devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { startProxy } from './proxy.ts';
import { endRuns, newInstance, startNode, usedInstances } from './container-rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';
import { connectEngine } from '../../src/drivers/container/client.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

describeDocker('an engine that cannot be reached', () => {
  let rig: Rig;
  cleanUp(usedInstances);
  afterEach(endRuns);
  beforeEach(async () => {
    rig = await createRig();
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, redis } from 'devstack';
      const cache = redis({ runtime: 'docker' });
      export default defineConfig({ name: 'away', resources: { cache } });`,
    );
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  test('at the start it is named with its address and what to do', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const stack = devstack(['up'], { cwd: rig.folder, env });
    try {
      await stack.seen(
        new RegExp(
          [
            'no Docker engine answers \\(/nonexistent/docker\\.sock does not exist\\)',
            'Tried: /nonexistent/docker\\.sock\\.',
            'Start Docker, or point DOCKER_HOST at an engine, or let it run without: --runtime auto\\.',
          ].join('\\n.*'),
        ),
      );
    } finally {
      stack.process.kill('SIGTERM');
      await stack.finished;
    }
  });

  test.runIf(isRoot)('a socket of another user is told from one where nobody listens', async () => {
    const socket = path.join(rig.folder, 'docker.sock');
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      chmodSync(socket, 0);
      chownSync(rig.folder, NOBODY, NOBODY);
      const script = `import(${JSON.stringify(path.resolve(import.meta.dirname, '../../src/drivers/container/client.ts'))})
        .then(({ connectEngine }) => connectEngine(process.env)).then((found) => console.log(JSON.stringify(found)))`;
      const asNobody = devstack(
        ['--reuid=65534', '--clear-groups', process.execPath, '--import', 'tsx', '-e', script],
        {
          cwd: path.dirname(path.dirname(bin)),
          env: { DOCKER_HOST: `unix://${socket}`, HOME: rig.folder, TMPDIR: rig.folder },
          node: 'setpriv',
          bin: '--no-new-privs',
        },
      );
      const { stdout, stderr } = await asNobody.finished;
      expect([stdout.trim(), stderr]).toEqual([
        JSON.stringify({
          kind: 'unreachable',
          tried: [socket],
          reason: `${socket}: permission denied (is this user in the docker group?)`,
        }),
        '',
      ]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await connectEngine({ DOCKER_HOST: `unix://${socket}` })).toEqual({
      kind: 'unreachable',
      tried: [socket],
      reason: `${socket} does not exist`,
    });
  });

  test('one that goes away while it is asked for a container is a failure of that start', async () => {
    const proxy = await startProxy(engine().socket);
    const reached = await connectEngine({ DOCKER_HOST: `unix://${proxy.path}` });
    await proxy.close();
    const { sink } = startNode(`console.log('never')`, { instance: newInstance(), connect: async () => reached });
    expect(await sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'engine-unreachable',
        resource: 'app',
        tried: [],
        reason: expect.stringMatching(/ENOENT|does not exist/),
      },
    });
  });
});
