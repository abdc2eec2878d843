import type { Workload } from '../workload.ts';
import { isDaemon, isStateful, labelsOf, selectorOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { exemptionAnnotations } from './exemption.ts';
import type { KubeObject } from './object.ts';
import { scaledObjectsOf, watchedQueues } from './queue-scaling.ts';

/** The number of its replicas is not in its controller. */
export function isScaled({ autoscale, isManual, role }: Workload): boolean {
  return autoscale !== undefined && !isManual && role !== 'task' && role !== 'server';
}

const USUAL_PERCENT = 70;
/** What programs that count requests for Prometheus call their rate, once prometheus-adapter has made it of the counter. */
const REQUESTS = 'http_requests_per_second';

/** By a queue it takes KEDA, which makes an autoscaler of its own; all else the cluster's has. */
export function autoscalersOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (!isScaled(workload) || isStateful(workload, cluster.workloads)) return [];
  return isQueueScaled(workload, cluster) ? scaledObjectsOf(workload, cluster) : [autoscalerOf(workload, cluster)];
}

export function isQueueScaled(workload: Workload, cluster: Cluster): boolean {
  return isScaled(workload) && watchedQueues(workload, cluster).length > 0;
}

function autoscalerOf(workload: Workload, cluster: Cluster): KubeObject {
  const { autoscale = {}, name } = workload;
  const least = Math.max(1, autoscale.min ?? 1);
  const isAlone = least < 2;
  const metric = (resource: string, averageUtilization: number | undefined) =>
    averageUtilization === undefined
      ? []
      : [{ type: 'Resource', resource: { name: resource, target: { type: 'Utilization', averageUtilization } } }];
  const { rps } = autoscale;
  const requests = { metric: { name: REQUESTS }, target: { type: 'AverageValue', averageValue: String(rps) } };
  const metrics = [
    ...metric('cpu', autoscale.cpu),
    ...metric('memory', autoscale.memory),
    ...(rps === undefined ? [] : [{ type: 'Pods', pods: requests }]),
  ];
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
  return {
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
  };
}

/** A node that is emptied takes one at a time, and does not wait for those that do not work anyway. */
export function disruptionBudgetOf(
  workload: Workload,
  cluster: Cluster,
  podLabels = selectorOf(workload),
): readonly KubeObject[] {
  if (workload.role === 'task' || isDaemon(workload)) return [];
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
