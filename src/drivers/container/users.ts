import type { EngineResult, ReachedEngine } from './client.ts';
import { joinNetwork, leaveNetwork } from './network.ts';
import type { Surroundings } from './network.ts';
import { stopContainer } from './prepare.ts';
import type { Owner } from './spec.ts';

/** How an instance uses servers that it shares with others. */
export interface SharedServer {
  readonly users: ServerUsers;
  /** Who reaches them from its own network, by the name of the resource. */
  readonly guest: Owner;
}

/** Who uses a shared server, where all of them see it. */
export interface ServerUsers {
  /** The live instances that use it beside this one. */
  others(resource: string): readonly string[];
  /**
   * Does it while no other starts, stops or leaves the server; `others` are the live instances that use it. Undefined
   * when it was not its turn before nobody wanted it any more.
   */
  alone<T>(resource: string, work: Work<T>): Promise<T>;
  alone<T>(resource: string, work: Work<T>, unwanted: AbortSignal): Promise<T | undefined>;
  join(resource: string): void;
  leave(resource: string): void;
}

type Work<T> = (others: readonly string[]) => Promise<T>;

const GRACE_MS = 10_000;

/** A shared server is started by whoever comes first; the others take it over. Undefined: nobody wants it any more. */
export async function startAsUser<T extends { readonly id: string }>(
  { users, guest }: SharedServer,
  at: {
    readonly engine: ReachedEngine;
    readonly resource: string;
    readonly surroundings: Surroundings;
    readonly unwanted: AbortSignal;
  },
  start: (others: readonly string[]) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { engine, resource, surroundings, unwanted } = at;
  const join = async (others: readonly string[]): Promise<T | undefined> => {
    users.join(resource);
    let started: T | undefined;
    try {
      await surroundings.ensureNetwork(engine, guest.instance);
      started = await start(others);
      if (!started) users.leave(resource);
      else await joinNetwork(engine, guest.instance, { id: started.id, alias: resource });
      return started;
    } catch (error) {
      users.leave(resource);
      // It would run for nobody. What is wrong is said by the first error.
      if (started && others.length === 0)
        await stopContainer(engine.docker.getContainer(started.id), GRACE_MS).catch(() => {});
      throw error;
    }
  };
  return users.alone(resource, join, unwanted);
}

/**
 * `stop` is for the last one; for the others the server goes on, and the result says so. In a hurry nobody is waited
 * for: the server of the last one ends, whatever another is doing with it.
 */
export async function leaveServer(
  { users, guest }: SharedServer,
  at: {
    readonly connect: () => Promise<EngineResult>;
    readonly resource: string;
    readonly containerId: string;
    readonly hurry: AbortSignal;
  },
  stop: () => Promise<void>,
): Promise<'stopped' | 'left'> {
  const leave = async (others: readonly string[]): Promise<'stopped' | 'left'> => {
    users.leave(at.resource);
    const engine = await at.connect();
    if (engine.kind === 'engine') await leaveNetwork(engine, guest.instance, at.containerId);
    if (others.length > 0) return 'left';
    await stop();
    return 'stopped';
  };
  return (await users.alone(at.resource, leave, at.hurry)) ?? leave(users.others(at.resource));
}
