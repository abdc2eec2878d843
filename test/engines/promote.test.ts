import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeHere, createComposeRig, type ComposeRig } from '../rig/compose.ts';
import { cloneExample, inExample } from '../rig/examples.ts';
import { until } from '../rig/until.ts';
import { describePrivate, endEngine, startEngine } from './private-engine.ts';

describePrivate('api, database, cache and page promoted to compose, on an engine that is restarted', () => {
  const here = composeHere();
  let folder: string;
  let compose: ComposeRig;
  let images: readonly string[] = [];
  beforeEach(() => {
    folder = cloneExample('tasks');
    compose = createComposeRig('program' in here ? here.program : '');
  });
  afterEach(() => {
    compose[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
    // The engine of this test goes away with what it has; the machine's own stays.
    if (images.length > 0) spawnSync('docker', ['rmi', ...images], { env: onMachine() });
  });
  /** Builds need a way out, which the engine of the test does not have. */
  const onMachine = () => ({ ...process.env, ...compose.env, DOCKER_HOST: 'unix:///var/run/docker.sock' });
  const run = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const { code, stdout, stderr } = await inExample(folder, args, env).finished;
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    return stdout;
  };

  test.skipIf('reason' in here)('it comes back by itself, with its data', async () => {
    await endEngine('SIGTERM');
    await startEngine();
    const built = await run(['build'], { ...compose.env, DOCKER_HOST: 'unix:///var/run/docker.sock' });
    images = built.trim().split('\n');
    expect(images).toHaveLength(2);
    const saved = execFileSync('docker', ['save', ...images], { env: onMachine(), maxBuffer: 2 ** 31 });
    execFileSync('docker', ['load', '-q'], { input: saved });

    await run(['promote', '--to', 'compose'], compose.env);
    const file = path.join(folder, 'deploy/compose');
    compose.compose(file, 'up', '--wait', '--no-build');
    const at = (service: string, port: number) => `http://${compose.compose(file, 'port', service, `${port}`).trim()}`;
    const urls = () => ({ api: at('api', 8080), frontend: at('frontend', 8080) });
    const body = JSON.stringify({ title: 'survive' });
    const added = await fetch(`${urls().api}/tasks`, { method: 'POST', body });
    expect(added.status).toBe(201);

    await endEngine('SIGTERM');
    await startEngine();
    const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text();
    await until(async () => (await ask(`${urls().api}/tasks`).catch(() => '')).includes('survive'));
    await until(async () => (await ask(urls().frontend).catch(() => '')).includes('<html'));
  });
});
