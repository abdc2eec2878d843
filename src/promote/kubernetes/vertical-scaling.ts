import type { Workload } from '../workload.ts';
import { controllerKind, isDaemon, labelsOf, replicasOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import type { KubeObject } from './object.ts';
import { autoscalersOf, isQueueScaled } from './scaling.ts';

const MODES = { off: 'Off', initial: 'Initial', auto: 'Recreate' } as const;

/** Asks what its pods should request, and may have them do so; the limits stay those of the config, unless they are the same. */
export function verticalAutoscalersOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const { name, cluster: choices } = workload;
  if (choices.vpa === undefined) return [];
  const updateMode = isScaledByUse(workload, cluster) ? 'Off' : MODES[choices.vpa];
  const controlledValues = choices.qos === 'guaranteed' ? 'RequestsAndLimits' : 'RequestsOnly';
  const isAlone = !isDaemon(workload) && replicasOf(workload) < 2;
  return [
    {
      apiVersion: 'autoscaling.k8s.io/v1',
      kind: 'VerticalPodAutoscaler',
      metadata: { name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: controllerKind(workload, cluster.workloads), name },
        // Of fewer than two it would change none while they run.
        updatePolicy: { updateMode, ...(updateMode === 'Recreate' && isAlone && { minReplicas: 1 }) },
        resourcePolicy: { containerPolicies: [{ containerName: '*', controlledValues }] },
      },
    },
  ];
}

/** Their number follows a part of what they request: whoever changes that changes the number, and back. */
export function isScaledByUse(workload: Workload, cluster: Cluster): boolean {
  if (autoscalersOf(workload, cluster).length === 0) return false;
  const { cpu, memory, rps } = workload.autoscale ?? {};
  return cpu !== undefined || memory !== undefined || (rps === undefined && !isQueueScaled(workload, cluster));
}
