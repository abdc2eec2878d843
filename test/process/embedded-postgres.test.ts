import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe } from 'vitest';
import { InfraRig, noEngine } from '../docker/infra-rig.ts';
import { postgresRules } from '../docker/postgres-rules.ts';

// One cache for all tests, as for all projects of a user: only the first start makes the template.
const cacheDir = await mkdtemp(join(tmpdir(), 'devstack-cache-'));
const rigs: InfraRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

async function rigOf(): Promise<InfraRig> {
  const rig = await InfraRig.create({ connect: noEngine, cacheDir });
  rigs.push(rig);
  return rig;
}

describe('embedded Postgres', () => postgresRules('embedded', rigOf));
