import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { kubectlOf } from '../../../cluster/kubectl.ts';
import type { Access, Kubectl } from '../../../cluster/kubectl.ts';
import type { ClusterProvider, ProviderRun } from '../../../cluster/provider.ts';
import type { ClusterPlace } from './place.ts';

interface Reaching {
  readonly provider: ClusterProvider;
  readonly place: ClusterPlace;
  readonly run: ProviderRun;
}

export function accessOf({ provider, place, run: { env, signal } }: Reaching): Access {
  return { context: provider.contextOf(place.name), kubeconfig: place.kubeconfig, env, signal };
}

/**
 * Of a cluster that is there. The file that leads to it may be that of one before: another checkout has made it anew, or
 * it was started again at another port. `silence` is why it does not answer to a new file either.
 */
export async function reach(reaching: Reaching): Promise<{ readonly kubectl: Kubectl; readonly silence?: string }> {
  const { provider, place, run } = reaching;
  mkdirSync(path.dirname(place.kubeconfig), { recursive: true, mode: 0o700 });
  const kubectl = kubectlOf(accessOf(reaching));
  if (existsSync(place.kubeconfig) && (await kubectl.unreachable()) === undefined) return { kubectl };
  await provider.writeKubeconfig(place, run);
  chmodSync(place.kubeconfig, 0o600);
  const silence = await kubectl.unreachable();
  return { kubectl, ...(silence !== undefined && { silence }) };
}
