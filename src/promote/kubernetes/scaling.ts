import type { Workload } from '../workload.ts';
import { isStateful, labelsOf, selectorOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { exemptionAnnotations } from './exemption.ts';
import type { KubeObject } from './object.ts';

/** By what every cluster measures: a queue, or requests, take a program of their own there. */
export function isScaled({ autoscale, isManual, role }: Workload): boolean {
  if (!autoscale || isManual || role === 'task' || role === 'server') return false;
  const isOfAnotherKind = (autoscale.others ?? []).length > 0;
  return autoscale.cpu !== undefined || autoscale.memory !== undefined || !isOfAnotherKind;
}

const USUAL_PERCENT = 70;

export function autoscalerOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const { autoscale, name } = workload;
  if (!autoscale || !isScaled(workload) || isStateful(workload, cluster.workloads)) return [];
  const least = Math.max(1, autoscale.min ?? 1);
  const isAlone = least < 2;
  const metric = (resource: string, averageUtilization: number | undefined) =>
    averageUtilization === undefined
      ? []
      : [{ type: 'Resource', resource: { name: resource, target: { type: 'Utilization', averageUtilization } } }];
  const metrics = [...metric('cpu', autoscale.cpu), ...metric('memory', autoscale.memory)];
  const annotations = exemptionAnnotations(
    isAlone
      ? [
          {
            reason: `deploy.autoscale.min is ${least}`,
            kubeScore: ['horizontalpodautoscaler-replicas'],
            polaris: ['hpaMinAvailability'],
          },
        ]
      : [],
  );
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {
        name,
        namespace: cluster.namespace,
        labels: labelsOf(workload, cluster),
        ...(isAlone && { annotations }),
      },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: least,
        maxReplicas: Math.max(least, autoscale.max ?? least),
        metrics: metrics.length > 0 ? metrics : metric('cpu', USUAL_PERCENT),
      },
    },
  ];
}

/** A node that is emptied takes one at a time, and does not wait for those that do not work anyway. */
export function disruptionBudgetOf(
  workload: Workload,
  cluster: Cluster,
  podLabels = selectorOf(workload),
): readonly KubeObject[] {
  if (workload.role === 'task') return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: workload.name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: podLabels },
      },
    },
  ];
}
