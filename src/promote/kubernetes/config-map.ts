import type { Workload } from '../workload.ts';
import { labelsOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { configName, environmentsOf, filesName, placedFiles } from './environment.ts';
import type { KubeObject } from './object.ts';

/** What everybody may read: variables of each container, and files. */
export function configMapsOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const files = placedFiles(workload, cluster).flatMap(({ key, content }) =>
    typeof content === 'string' ? [[key, content] as const] : [],
  );
  const all = [
    ...environmentsOf(workload, cluster).map(({ owner, open }) => [configName(owner), open] as const),
    [filesName(workload.name), Object.fromEntries(files)] as const,
  ];
  return all
    .filter(([, data]) => Object.keys(data).length > 0)
    .map(([name, data]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      data,
    }));
}
