import type { EngineResult } from '../../drivers/container/client.ts';
import { mayHaveContainers } from '../../project/containers.ts';
import type { ProjectPaths } from '../../project/paths.ts';

/** Tells whether a busy port is held by a container of this instance that runs already: it is taken over, as it is. */
export function createLeftPorts(
  paths: ProjectPaths,
  instance: string,
  connect: () => Promise<EngineResult>,
): (port: number) => Promise<boolean> {
  let published: Promise<ReadonlySet<number>> | undefined;
  return async (port) => {
    if (!mayHaveContainers(paths)) return false;
    published ??= askEngine(instance, connect);
    return (await published).has(port);
  };
}

async function askEngine(instance: string, connect: () => Promise<EngineResult>): Promise<ReadonlySet<number>> {
  const [engine, { publishedPorts }] = await Promise.all([connect(), import('../../drivers/container/instance.ts')]);
  // An engine that fails now fails again when a container is wanted, and is told of then.
  return engine.kind === 'engine' ? publishedPorts(engine, instance).catch(() => new Set()) : new Set();
}
