import { existsSync } from 'node:fs';
import { kind } from '../../../cluster/kind.ts';
import { kubectlOf } from '../../../cluster/kubectl.ts';
import type { Access, Kubectl } from '../../../cluster/kubectl.ts';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import { clusterPlace } from './place.ts';

/** The stack where `promote --to kind` has brought it. */
export interface InKind {
  readonly cluster: string;
  readonly namespace: string;
  readonly access: Access;
  readonly kubectl: Kubectl;
  /** What its pods have. */
  readonly selector: string;
}

export async function findInKind(stack: Stack, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<InKind> {
  const place = clusterPlace(stack);
  const fail = (reason: string): FailureError => {
    const hint = 'devstack promote --to kind makes it.';
    return new FailureError({ code: 'cluster-failed', cluster: place.name, doing: 'be asked', reason, hint });
  };
  if (!existsSync(place.kubeconfig)) throw fail('there is none');
  const access = { context: kind.contextOf(place.name), kubeconfig: place.kubeconfig, env, signal };
  const kubectl = kubectlOf(access);
  const reason = await kubectl.unreachable();
  if (reason !== undefined) throw fail(reason);
  const selector = `app.kubernetes.io/part-of=${stack.name}`;
  return { cluster: place.name, namespace: namespaceOf(stack.name), access, kubectl, selector };
}
