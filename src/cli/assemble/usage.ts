import type { EngineResult } from '../../drivers/container/client.ts';
import type { LocalEngine } from '../../engine/local.ts';
import { createUsage, type UsageSampler } from '../../system/usage.ts';

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
