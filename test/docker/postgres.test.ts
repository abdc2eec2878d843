import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe } from 'vitest';
import { cleanUp, connect, describeDocker } from './engine-rig.ts';
import { InfraRig } from './infra-rig.ts';
import { postgresRules } from './postgres-rules.ts';

const cacheDir = await mkdtemp(join(tmpdir(), 'devstack-cache-'));
const rigs: InfraRig[] = [];
const instances: string[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

async function rigOf(): Promise<InfraRig> {
  const rig = await InfraRig.create({ connect, cacheDir });
  rigs.push(rig);
  instances.push(rig.instance);
  return rig;
}

describeDocker('Postgres', () => {
  cleanUp(() => instances);
  describe.each(['docker', 'embedded'] as const)('in runtime %s', (runtime) => postgresRules(runtime, rigOf));
});
