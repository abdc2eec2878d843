import { existsSync } from 'node:fs';
import { kubectlOf } from '../../../cluster/kubectl.ts';
import type { Access, Kubectl } from '../../../cluster/kubectl.ts';
import { providers } from '../../../cluster/providers.ts';
import type { LocalCluster } from '../../../core/cluster.ts';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import { clusterPlace } from './place.ts';

/** The stack where `promote` has brought it. */
export interface LocalStack {
  readonly cluster: string;
  readonly namespace: string;
  readonly access: Access;
  readonly kubectl: Kubectl;
  /** What its pods have. */
  readonly selector: string;
}

export async function findLocal(
  stack: Stack,
  target: LocalCluster,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<LocalStack> {
  const provider = providers[target];
  const place = clusterPlace(stack, provider);
  const fail = (reason: string): FailureError => {
    const hint = `devstack promote --to ${target} makes it.`;
    return new FailureError({ code: 'cluster-failed', cluster: place.name, doing: 'be asked', reason, hint });
  };
  if (!existsSync(place.kubeconfig)) throw fail('there is none');
  const access = { context: provider.contextOf(place.name), kubeconfig: place.kubeconfig, env, signal };
  const kubectl = kubectlOf(access);
  const reason = await kubectl.unreachable();
  if (reason !== undefined) throw fail(reason);
  const selector = `app.kubernetes.io/part-of=${stack.name}`;
  return { cluster: place.name, namespace: namespaceOf(stack.name), access, kubectl, selector };
}
