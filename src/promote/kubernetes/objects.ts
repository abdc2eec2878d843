import type { Workload } from '../workload.ts';
import type { Cluster } from './cluster.ts';
import { configMapsOf } from './config-map.ts';
import { claimsOf, controllerOf } from './controllers.ts';
import { ingressOf } from './ingress.ts';
import { networkPolicyOf } from './network-policy.ts';
import type { KubeObject } from './object.ts';
import { operatedObjects } from './operators/objects.ts';
import { rolesOf } from './roles.ts';
import { autoscalersOf, disruptionBudgetOf } from './scaling.ts';
import { serviceAccountOf, servicesOf } from './services.ts';
import { verticalAutoscalersOf } from './vertical-scaling.ts';

/** Everything a workload is in a cluster, but for its Secrets; what others need comes first. */
export function objectsOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (workload.operated)
    return [
      ...operatedObjects(workload, workload.operated, cluster),
      ...ingressOf(workload, cluster),
      networkPolicyOf(workload, cluster),
    ];
  return [
    ...serviceAccountOf(workload, cluster),
    ...rolesOf(workload, cluster),
    ...configMapsOf(workload, cluster),
    ...claimsOf(workload, cluster),
    ...servicesOf(workload, cluster),
    controllerOf(workload, cluster),
    ...disruptionBudgetOf(workload, cluster),
    ...autoscalersOf(workload, cluster),
    ...verticalAutoscalersOf(workload, cluster),
    ...ingressOf(workload, cluster),
    networkPolicyOf(workload, cluster),
  ];
}

const FILES: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'hpa',
  PodDisruptionBudget: 'pdb',
  PersistentVolumeClaim: 'pvc',
  VerticalPodAutoscaler: 'vpa',
};

/** Objects of one kind are one file. */
export function fileOf({ kind }: KubeObject): string {
  return `${FILES[kind] ?? kind.toLowerCase()}.yaml`;
}

export function byFile(objects: readonly KubeObject[]): ReadonlyMap<string, readonly KubeObject[]> {
  const files = new Map<string, readonly KubeObject[]>();
  for (const object of objects) files.set(fileOf(object), [...(files.get(fileOf(object)) ?? []), object]);
  return files;
}
