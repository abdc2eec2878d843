import type { EngineResult, ReachedEngine } from './client.ts';
import { joinNetwork, leaveNetwork } from './network.ts';
import type { Surroundings } from './network.ts';
import type { Owner } from './spec.ts';

/** How an instance uses servers that it shares with others. */
export interface SharedServer {
  readonly users: ServerUsers;
  /** Who reaches them from its own network, by the name of the resource. */
  readonly guest: Owner;
}

/** Who uses a shared server, where all of them see it. */
export interface ServerUsers {
  /** Does it while no other starts, stops or leaves the server; `others` are the live instances that use it. */
  alone<T>(resource: string, work: (others: readonly string[]) => Promise<T>): Promise<T>;
  join(resource: string): void;
  leave(resource: string): void;
}

/** A shared server is started by whoever comes first; the others take it over. */
export async function startAsUser<T extends { readonly id: string }>(
  { users, guest }: SharedServer,
  at: { readonly engine: ReachedEngine; readonly resource: string; readonly surroundings: Surroundings },
  start: (others: readonly string[]) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { engine, resource, surroundings } = at;
  return users.alone(resource, async (others) => {
    users.join(resource);
    try {
      const started = await start(others);
      if (!started) users.leave(resource);
      else await joinNetwork(engine, guest.instance, { id: started.id, alias: resource }, surroundings);
      return started;
    } catch (error) {
      users.leave(resource);
      throw error;
    }
  });
}

/** `stop` is for the last one; for the others the server goes on, and the result says so. */
export async function leaveServer(
  { users, guest }: SharedServer,
  at: { readonly connect: () => Promise<EngineResult>; readonly resource: string; readonly containerId: string },
  stop: () => Promise<void>,
): Promise<'stopped' | 'left'> {
  return users.alone(at.resource, async (others) => {
    users.leave(at.resource);
    const engine = await at.connect();
    if (engine.kind === 'engine') await leaveNetwork(engine, guest.instance, at.containerId);
    if (others.length > 0) return 'left';
    await stop();
    return 'stopped';
  });
}
