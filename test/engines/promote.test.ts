import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeHere, createComposeRig, type ComposeRig } from '../rig/compose.ts';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { describePrivate, endEngine, startEngine } from './private-engine.ts';

/** Counts in Redis how often it was asked. */
const SERVER = `
  const { connect } = require('node:net');
  const { hostname, port, password } = new URL(process.env.REDIS_URL);
  require('node:http').createServer((request, response) => {
    if (request.url !== '/count') return response.end();
    let text = '';
    const socket = connect(port, hostname, () => socket.write('AUTH ' + password + '\\r\\nINCR n\\r\\n'));
    socket.on('error', () => response.writeHead(503).end());
    socket.on('data', (some) => {
      text += some;
      const [, count] = /^\\+OK\\r\\n:(\\d+)\\r\\n/.exec(text) ?? [];
      if (count !== undefined) { response.end(count); socket.destroy(); }
    });
  }).listen(8080);
  process.on('SIGTERM', () => process.exit(0));`;

describePrivate('promoted to compose, on an engine that is restarted', () => {
  const here = composeHere();
  let rig: Rig;
  let compose: ComposeRig;
  beforeEach(async () => {
    rig = await createRig();
    compose = createComposeRig('program' in here ? here.program : '');
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, redis, service } from 'devstack';
      const cache = redis({ password: 'dev' });
      const web = service({ image: 'node:20-alpine', command: ['node', '-e', ${JSON.stringify(SERVER)}], port: 8080,
        env: { REDIS_URL: cache.url }, healthcheck: '/' });
      export default defineConfig({ name: 'restarted', resources: { cache, web } });`,
    );
  });
  afterEach(async () => {
    compose[Symbol.dispose]();
    rmSync(path.join(rig.folder, 'deploy'), { recursive: true, force: true });
    await rig[Symbol.asyncDispose]();
  });

  test.skipIf('reason' in here)('it comes back by itself, with its data', async () => {
    await endEngine('SIGTERM');
    await startEngine();
    const promoted = await devstack(['promote', '--to', 'compose', '--up'], { cwd: rig.folder, env: compose.env })
      .finished;
    expect([promoted.code, promoted.code === 0 ? '' : promoted.stderr]).toEqual([0, '']);
    const url = /^web {2}(\S+)/m.exec(promoted.stdout)?.[1] ?? '';
    const ask = async () => (await fetch(`${url}/count`, { signal: AbortSignal.timeout(2_000) })).text();
    expect(await ask()).toBe('1');
    await endEngine('SIGTERM');
    await startEngine();
    // What was not answered may have been counted.
    await until(async () => Number(await ask().catch(() => '0')) > 1);
    expect(
      (await devstack(['promote', '--to', 'compose', '--down'], { cwd: rig.folder, env: compose.env }).finished).code,
    ).toBe(0);
  });
});
