import type { EngineResult } from '../../drivers/container/client.ts';
import type { LocalEngine } from '../../engine/local.ts';
import { readObserved, writeObserved } from '../../project/observed.ts';
import type { ProjectPaths } from '../../project/paths.ts';
import { createUsage, type UsageSampler } from '../../system/usage.ts';
import { createObserver, type Observer } from '../observer.ts';

/** The same, kept for promotion. */
export function createStackObserver(
  engine: Pick<LocalEngine, 'snapshot'>,
  connect: () => Promise<EngineResult>,
  paths: ProjectPaths,
): Observer {
  return createObserver({
    sampler: createStackUsage(engine, connect),
    read: () => readObserved(paths),
    write: (all) => writeObserved(paths, all),
    now: Date.now,
  });
}

/** CPU and memory of all that runs: processes of this machine by their pid, containers by asking their engine. */
export function createStackUsage(
  engine: Pick<LocalEngine, 'snapshot'>,
  connect: () => Promise<EngineResult>,
): UsageSampler {
  const infos = () => engine.snapshot().statuses.flatMap(({ name, info }) => (info ? [{ name, info }] : []));
  return createUsage({
    natives: () =>
      infos().flatMap(({ name, info: { pid, containerId } }) =>
        pid === undefined || containerId !== undefined ? [] : [{ name, pid }],
      ),
    containers: () =>
      infos().flatMap(({ name, info: { containerId } }) => (containerId === undefined ? [] : [{ name, containerId }])),
    async readContainer(containerId) {
      const { readContainerUsage } = await import('../../drivers/container/usage.ts');
      return readContainerUsage(connect, containerId);
    },
    now: () => performance.now(),
  });
}
