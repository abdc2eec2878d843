import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../src/drivers/container/client.ts';
import { ensureImage } from '../../src/drivers/container/image.ts';
import { describe as inWords } from '../../src/output/describe.ts';
import { connect } from '../docker/engine-rig.ts';
import { cleanUp, engine } from '../docker/engine-rig.ts';
import { freePort, postgresSpec } from '../docker/infra-rig.ts';
import { startRegistry } from '../docker/registry.ts';
import type { Registry } from '../docker/registry.ts';
import { useRigs } from '../docker/rigs.ts';
import { describePrivate, endEngine, enginePath, startEngine } from './private-engine.ts';

const { rigOf, instances } = useRigs(connect);

describePrivate('a disk without space', () => {
  let registry: Registry;
  const small = enginePath('small-disk');
  cleanUp(instances);
  beforeAll(async () => {
    registry = await startRegistry('open');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'devstack-test', small]);
  });
  afterEach(async () => {
    await endEngine('SIGTERM');
    await startEngine();
  });
  afterAll(async () => {
    await registry.close();
    execFileSync('umount', ['-l', small]);
    rmSync(small, { recursive: true });
  });

  test('a pull that fills it says so, and not that the registry is away', async () => {
    await endEngine('SIGTERM');
    await startEngine('--data-root', small);
    const reached = await connectEngine(process.env);
    if (reached.kind !== 'engine') throw new Error(reached.reason);
    const image = `${registry.host}/thing:1`;
    const signal = new AbortController().signal;
    const ensured = await ensureImage(reached, { resource: 'db', image, env: {}, signal, progress: () => {} });
    expect(ensured.kind === 'failure' && inWords(ensured.failure)).toEqual({
      title: `db: pulling ${image} failed: the disk of the Docker engine is full`,
      detail: expect.stringContaining('no space left on device'),
      hint: 'docker system df tells what takes the space, docker system prune removes what nothing uses.',
    });
  });

  test('a database whose volume is full ends with its own words in its log', async () => {
    const rig = await rigOf();
    await engine().docker.createVolume({
      Name: `${rig.instance}_db`,
      Labels: { 'devstack.instance': rig.instance, 'devstack.resource': 'db' },
      DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=8m' },
    });
    const { sink } = rig.start(postgresSpec(await freePort(), { runtime: 'docker' }));
    expect(await sink.exit()).toEqual({ kind: 'code', code: 1 });
    expect(sink.text).toContain('No space left on device');
  });
});
