import { isMissing } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { leaveNetwork } from './network.ts';
import { containerName } from './spec.ts';

/** What a container was told when it was made. */
export interface RunningServer {
  readonly env: ReadonlyMap<string, string>;
  /** On this machine. */
  readonly port: number;
}

/** The container of a shared server, started where it is stopped; undefined where there is none. */
export async function runServer(
  engine: ReachedEngine,
  servers: string,
  resource: string,
): Promise<RunningServer | undefined> {
  const container = engine.docker.getContainer(containerName(servers, resource));
  const found = await container.inspect().catch(unlessMissing);
  if (!found) return undefined;
  if (!found.State.Running) {
    // What it was in beside its own may be gone; those who use it again join again.
    const guests = Object.keys(found.NetworkSettings.Networks).filter((name) => name !== servers);
    for (const name of guests) await leaveNetwork(engine, name, found.Id);
    await container.start();
  }
  const env = found.Config.Env.map((entry): [string, string] => {
    const [name = ''] = entry.split('=', 1);
    return [name, entry.slice(name.length + 1)];
  });
  const bindings: unknown = Object.values(found.HostConfig.PortBindings ?? {})[0];
  const [binding] = Array.isArray(bindings) ? bindings : [];
  return { env: new Map(env), port: Number(binding?.HostPort) };
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
