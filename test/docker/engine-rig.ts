import { afterAll, describe, expect } from 'vitest';
import { connectEngine } from '../../src/drivers/container/client.ts';
import type { ReachedEngine } from '../../src/drivers/container/client.ts';
import { hasImage } from '../../src/drivers/container/image.ts';
import { listInstance, removeInstance } from '../../src/drivers/container/instance.ts';
import { findNativePostgres, findServers } from '../../src/drivers/native/find.ts';
import type { InfraKind } from '../../src/kinds/index.ts';
import { infraEngines } from '../../src/kinds/index.ts';

export const FIXTURE = 'postgres:17';

/** The engine of this machine, or why the tests that need one cannot run here. */
async function findEngine(): Promise<ReachedEngine | { readonly kind: 'none'; readonly reason: string }> {
  const engine = await connectEngine(process.env);
  if (engine.kind === 'unreachable') return { kind: 'none', reason: `no Docker engine: ${engine.reason}` };
  for (const image of [FIXTURE, 'node:20-alpine']) {
    if (!(await hasImage(engine, image))) {
      return { kind: 'none', reason: `image ${image} is not here: run test/images/build.sh` };
    }
  }
  return engine;
}

const found = await findEngine();
if (found.kind === 'none' && process.env['DEVSTACK_REQUIRE_DOCKER'] === '1') {
  throw new Error(`DEVSTACK_REQUIRE_DOCKER=1, and ${found.reason}`);
}

/** Throws where there is none; the tests of `describeDocker` do not run then. */
export function engine(): ReachedEngine {
  if (found.kind === 'none') throw new Error(found.reason);
  return found;
}

export const connect = async () => engine();

/** A suite that is skipped, with the reason in its name, where no engine can be used. */
export function describeDocker(name: string, body: () => void): void {
  const reason = found.kind === 'none' ? ` (skipped: ${found.reason})` : '';
  describe.skipIf(found.kind === 'none')(`${name}${reason}`, () => {
    body();
  });
}

/** Everything of these instances is removed after the tests of this suite, and nothing may remain. */
export function cleanUp(instances: () => readonly string[]): void {
  afterAll(async () => {
    if (found.kind === 'none') return;
    for (const instance of instances()) {
      await removeInstance(found, instance, { volumes: true });
      expect(await listInstance(found, instance)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
    }
  });
}

/** The version of a server this machine has, or why its tests cannot run here. CI installs them all. */
export async function foundHere(
  kind: InfraKind,
): Promise<{ readonly version: string | undefined; readonly why: string }> {
  const { native } = infraEngines[kind];
  const found =
    native.kind === 'program'
      ? await findServers(native, process.env)
      : native.kind === 'postgres'
        ? await findNativePostgres(process.env)
        : [];
  const version = found[0]?.version;
  const why = version === undefined ? ` (skipped: no ${kind} server is installed here)` : '';
  if (version === undefined && process.env['DEVSTACK_REQUIRE_DOCKER'] === '1') throw new Error(why);
  return { version, why };
}
