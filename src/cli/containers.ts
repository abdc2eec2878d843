import { FailureError, type Failure } from '../core/failure.ts';
import { connectEngine, type Env, type ReachedEngine } from '../drivers/container/client.ts';
import { removeInstance, stopInstance, type Removed } from '../drivers/container/instance.ts';

/** The engine that has the container or the volumes of a resource; without one, the failure says where it was sought. */
export async function engineOf(resource: string, env: NodeJS.ProcessEnv): Promise<ReachedEngine> {
  const engine = await connectEngine(env);
  if (engine.kind === 'engine') return engine;
  const { tried, reason } = engine;
  throw new FailureError({ code: 'engine-unreachable', resource, tried, reason });
}

/** For what only an engine can do. */
export async function reachEngine(env: Env): Promise<ReachedEngine> {
  const engine = await connectEngine(env);
  if (engine.kind === 'engine') return engine;
  const { tried, reason } = engine;
  throw new FailureError({ code: 'engine-unreachable', onlyContainer: true, tried, reason });
}

/** Stops the containers a devstack that died has left running; without an engine there are none. */
export async function stopLeftContainers(instance: string, env: NodeJS.ProcessEnv): Promise<void> {
  const engine = await connectEngine(env);
  if (engine.kind === 'unreachable') return;
  try {
    await stopInstance(engine, instance);
  } catch (error) {
    // The engine went away, or refuses: there is nobody to tell, and `down` tries again.
    if (!(error instanceof FailureError)) throw error;
  }
}

export type Removal =
  { readonly kind: 'removed'; readonly removed: Removed } | { readonly kind: 'unreachable'; readonly failure: Failure };

/** Removes containers and network of an instance, with `volumes` its data too. */
export async function removeContainers(instance: string, env: NodeJS.ProcessEnv, volumes: boolean): Promise<Removal> {
  const engine = await connectEngine(env);
  if (engine.kind === 'engine')
    return { kind: 'removed', removed: await removeInstance(engine, instance, { volumes }) };
  const { tried, reason } = engine;
  return { kind: 'unreachable', failure: { code: 'engine-unreachable', tried, reason } };
}
