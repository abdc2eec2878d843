import { networkInterfaces } from 'node:os';
import type { ReachedEngine } from './client.ts';
import { containerName } from './spec.ts';

/**
 * The address of a running container in its own network, where nobody accepts connections on its behalf. Undefined
 * where that network is not one of this machine, as with an engine in a virtual machine.
 */
export async function addressBeside(
  { docker }: ReachedEngine,
  { instance, resource }: { readonly instance: string; readonly resource: string },
): Promise<string | undefined> {
  const { NetworkSettings } = await docker.getContainer(containerName(instance, resource)).inspect();
  const { Gateway, IPAddress } = NetworkSettings.Networks[instance] ?? {};
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return Gateway !== undefined && IPAddress && own.includes(Gateway) ? IPAddress : undefined;
}
