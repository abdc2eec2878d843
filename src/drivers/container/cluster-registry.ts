import { FailureError } from '../../core/failure.ts';
import { freePort } from '../server/ports.ts';
import { failureOf, statusOf } from './client.ts';
import type { Env, ReachedEngine } from './client.ts';
import { ensureImage } from './image.ts';
import { removeContainer } from './prepare.ts';

/** A registry beside a cluster on this machine. */
export interface ClusterRegistry {
  /** Its name in the networks it is in, where it listens on `REGISTRY_PORT`. */
  readonly container: string;
  /** Of this machine, on 127.0.0.1; it is chosen once. */
  readonly port: number;
}

export interface RegistryRequest {
  readonly cluster: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

export const REGISTRY_PORT = 5000;
export const REGISTRY_IMAGE = 'registry:3.0.0';
const LABEL = 'devstack.registry';
const INSIDE = `${REGISTRY_PORT}/tcp`;

export async function findRegistry(engine: ReachedEngine, cluster: string): Promise<ClusterRegistry | undefined> {
  const filters = { label: [`${LABEL}=${cluster}`] };
  const [found] = await engine.docker.listContainers({ all: true, filters });
  if (!found) return undefined;
  const { Name, HostConfig } = await engine.docker.getContainer(found.Id).inspect();
  const bindings: Readonly<Record<string, readonly { readonly HostPort: string }[]>> = HostConfig.PortBindings;
  return { container: Name.replace(/^\//, ''), port: Number(bindings[INSIDE]?.[0]?.HostPort) };
}

/** The one that is there, begun again if it was stopped, or a new one. */
export async function ensureRegistry(engine: ReachedEngine, request: RegistryRequest): Promise<ClusterRegistry> {
  const { cluster, env, signal, progress } = request;
  const found = await findRegistry(engine, cluster);
  const resource = `${cluster}-registry`;
  if (found) {
    await begin(engine, resource, found.container);
    return found;
  }
  const image = await ensureImage(engine, { resource, image: REGISTRY_IMAGE, env, signal, progress });
  if (image.kind === 'failure') throw new FailureError(image.failure);
  const port = await freePort();
  try {
    await engine.docker.createContainer({
      name: resource,
      Image: REGISTRY_IMAGE,
      Labels: { [LABEL]: cluster },
      ExposedPorts: { [INSIDE]: {} },
      HostConfig: {
        PortBindings: { [INSIDE]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
        RestartPolicy: { Name: 'unless-stopped' },
      },
    });
  } catch (error) {
    throw new FailureError(failureOf(error, { resource, doing: 'making the registry' }), error);
  }
  await begin(engine, resource, resource).catch(async (error: unknown) => {
    await removeRegistry(engine, cluster);
    throw error;
  });
  return { container: resource, port };
}

async function begin({ docker }: ReachedEngine, resource: string, container: string): Promise<void> {
  try {
    await docker.getContainer(container).start();
  } catch (error) {
    if (statusOf(error) === 304) return;
    throw new FailureError(failureOf(error, { resource, doing: 'starting the registry' }), error);
  }
}

/** Nodes find it by its name there. */
export async function joinNetwork(
  engine: ReachedEngine,
  { container }: ClusterRegistry,
  network: string,
): Promise<void> {
  const { NetworkSettings } = await engine.docker.getContainer(container).inspect();
  if (network in NetworkSettings.Networks) return;
  try {
    await engine.docker.getNetwork(network).connect({ Container: container });
  } catch (error) {
    throw new FailureError(failureOf(error, { resource: container, doing: `joining network ${network}` }), error);
  }
}

/** With what was pushed to it, if there is one. */
export async function removeRegistry(engine: ReachedEngine, cluster: string): Promise<void> {
  const found = await findRegistry(engine, cluster);
  if (found) await removeContainer(engine.docker.getContainer(found.container));
}
