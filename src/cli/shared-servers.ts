import { FailureError } from '../core/failure.ts';
import { leaveNetwork } from '../drivers/container/network.ts';
import { stopContainer } from '../drivers/container/prepare.ts';
import { containerName } from '../drivers/container/spec.ts';
import { listInstance, removeNetworks, type InstanceContainer } from '../drivers/container/instance.ts';
import { removeResourceData } from '../drivers/container/volumes.ts';
import { connectEngine, type ReachedEngine } from '../drivers/container/client.ts';
import { forgetContainerData, hasContainerData } from '../drivers/data/folder.ts';
import { createServerUsers, isServed, sharedFolder, sharedInstanceOf, type ServerUsers } from '../project/shared.ts';
import { livesOn, lockTaker } from '../system/processes.ts';

/** Which instance leaves the servers that it shared with others of its stack. */
export interface Leaving {
  readonly instance: string;
  readonly stack: string;
}

const GRACE_MS = 10_000;

/**
 * For an instance that nobody serves any more: stops the shared servers no other uses; with `volumes` its databases go,
 * and a server in which no instance has any is removed with its volume: that throws `engine-unreachable` where there
 * may be some and no engine answers. Says what it did.
 */
export async function leaveSharedServers(
  leaving: Leaving,
  env: NodeJS.ProcessEnv,
  options: { readonly volumes: boolean },
): Promise<readonly string[]> {
  const engine = await connectEngine(env);
  if (engine.kind === 'unreachable') {
    const { tried, reason } = engine;
    if (options.volumes && (await hasContainerData(sharedFolder(leaving.stack, env))))
      throw new FailureError({ code: 'engine-unreachable', onlyContainer: true, tried, reason });
    return []; // its servers are not reachable either, and stop with it
  }
  const servers = sharedInstanceOf(leaving.stack, env);
  const { containers } = await listInstance(engine, servers);
  const users = usersFor(leaving, env);
  const said: string[] = [];
  for (const container of containers) {
    const at = { engine, container, users, servers };
    said.push(...(options.volumes ? await dropAndLeave(leaving, at, env) : await leave(leaving, at)));
  }
  if (options.volumes) await removeEmptyNetwork(engine, servers, leaving.stack, env);
  return said;
}

/** Drops the databases of an instance in one server; they are made anew when it is started. */
export async function resetInShared(
  engine: ReachedEngine,
  leaving: Leaving,
  resource: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const { dropInstance } = await import('../drivers/infra/shared-data.ts');
  const servers = sharedInstanceOf(leaving.stack, env);
  return usersFor(leaving, env).alone(resource, async (others) => {
    try {
      const found = await dropInstance(engine, { servers, resource, instance: leaving.instance });
      return (found?.dropped ?? []).map((database) => `database ${database}`);
    } finally {
      if (others.length === 0) await endUnused(engine, containerName(servers, resource));
    }
  });
}

interface At {
  readonly engine: ReachedEngine;
  readonly container: InstanceContainer;
  readonly users: ServerUsers;
  readonly servers: string;
}

async function leave({ instance }: Leaving, { engine, container, users }: At): Promise<readonly string[]> {
  const { id, name, resource } = container;
  return users.alone(resource, async (others) => {
    if (others.includes(instance)) return []; // it has been started again
    users.leave(resource);
    await leaveNetwork(engine, instance, id);
    // Asked now: another may have stopped it while this one waited.
    if (others.length > 0 || !(await isRunning(engine, id))) return [];
    await stopContainer(engine.docker.getContainer(id), GRACE_MS);
    return [`stopped ${name}, which no other instance uses`];
  });
}

/** It was started for its data alone. */
async function endUnused({ docker }: ReachedEngine, container: string): Promise<void> {
  // Without an engine the work has failed, which says so.
  await stopContainer(docker.getContainer(container), GRACE_MS).catch(() => {});
}

async function isRunning({ docker }: ReachedEngine, id: string): Promise<boolean> {
  const running = await docker.listContainers({ filters: { id: [id] } });
  return running.length > 0;
}

async function dropAndLeave(leaving: Leaving, at: At, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const { engine, container, users, servers } = at;
  const { id, name, resource } = container;
  const { dropInstance } = await import('../drivers/infra/shared-data.ts');
  return users.alone(resource, async (others) => {
    if (others.includes(leaving.instance)) return [`left ${name} as it is: the instance has been started again`];
    users.leave(resource);
    await leaveNetwork(engine, leaving.instance, id);
    try {
      const found = await dropInstance(engine, { servers, resource, instance: leaving.instance });
      const said = (found?.dropped ?? []).map((database) => `removed database ${database} of ${name}`);
      if (others.length > 0) return said;
      if (found && found.others.length > 0) {
        await stopContainer(engine.docker.getContainer(id), GRACE_MS);
        const have = found.others.length === 1 ? 'has' : 'have';
        return [...said, `kept ${name}, stopped: ${found.others.join(', ')} ${have} databases in it`];
      }
      const volumes = await removeResourceData(engine, { instance: servers, resource });
      await forgetContainerData(sharedFolder(leaving.stack, env), resource);
      return [...said, `removed container ${name}`, ...volumes.map((volume) => `removed volume ${volume}`)];
    } finally {
      if (others.length === 0) await endUnused(engine, id);
    }
  });
}

/**
 * With the last server goes the network. Its port and password stay: who is about to start has been given both, and
 * may wait for an image. They go with `down --all --volumes`.
 */
async function removeEmptyNetwork(
  engine: ReachedEngine,
  servers: string,
  stack: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (isServed(stack, env, livesOn)) return;
  const { containers, volumes, networks } = await listInstance(engine, servers);
  if (containers.length > 0 || volumes.length > 0) return;
  await removeNetworks(
    engine,
    networks.map(({ id }) => id),
  );
}

function usersFor({ stack, instance }: Leaving, env: NodeJS.ProcessEnv): ServerUsers {
  return createServerUsers({ env, stack, instance, ...lockTaker() });
}
