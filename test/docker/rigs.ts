import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { EngineResult } from '../../src/drivers/container/client.ts';
import { InfraRig } from './infra-rig.ts';

export interface Rigs {
  /** A project with an instance of its own; its runs end with the test. */
  readonly rigOf: () => Promise<InfraRig>;
  readonly instances: () => readonly string[];
}

/** One cache for all tests of a file, as for all projects of a user: only the first start makes the template. */
export function useRigs(connect: () => Promise<EngineResult>): Rigs {
  const rigs: InfraRig[] = [];
  const instances: string[] = [];
  let cacheDir: Promise<string> | undefined;
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  });
  afterAll(async () => {
    if (cacheDir) await rm(await cacheDir, { recursive: true, force: true });
  });
  const rigOf = async () => {
    cacheDir ??= mkdtemp(join(tmpdir(), 'devstack-cache-'));
    const rig = await InfraRig.create({ connect, cacheDir: await cacheDir });
    rigs.push(rig);
    instances.push(rig.instance);
    return rig;
  };
  return { rigOf, instances: () => instances };
}
