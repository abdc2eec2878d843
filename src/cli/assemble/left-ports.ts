import { mayHaveContainers } from '../../project/containers.ts';
import type { ProjectPaths } from '../../project/paths.ts';

/** Tells whether a busy port is held by a container of this instance that runs already: it is taken over, as it is. */
export function createLeftPorts(
  paths: ProjectPaths,
  instance: string,
  env: NodeJS.ProcessEnv,
): (port: number) => Promise<boolean> {
  let published: Promise<ReadonlySet<number>> | undefined;
  return async (port) => {
    if (!mayHaveContainers(paths)) return false;
    published ??= askEngine(instance, env);
    return (await published).has(port);
  };
}

async function askEngine(instance: string, env: NodeJS.ProcessEnv): Promise<ReadonlySet<number>> {
  const [{ connectEngine }, { publishedPorts }] = await Promise.all([
    import('../../drivers/container/client.ts'),
    import('../../drivers/container/instance.ts'),
  ]);
  const engine = await connectEngine(env);
  // An engine that fails now fails again when a container is wanted, and is told of then.
  return engine.kind === 'engine' ? publishedPorts(engine, instance).catch(() => new Set()) : new Set();
}
