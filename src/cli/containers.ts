import { FailureError } from '../core/failure.ts';
import { connectEngine } from '../drivers/container/client.ts';
import { removeInstance, stopInstance, type Removed } from '../drivers/container/instance.ts';

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

/** Removes containers and network of an instance, with `volumes` its data too. Without an engine there are none. */
export async function removeContainers(instance: string, env: NodeJS.ProcessEnv, volumes: boolean): Promise<Removed> {
  const engine = await connectEngine(env);
  if (engine.kind === 'unreachable') return { containers: [], networks: [], volumes: [] };
  return removeInstance(engine, instance, { volumes });
}
