import type { Operated } from '../../operated.ts';
import type { Workload } from '../../workload.ts';
import { labelsOf } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { bytes, serverResources } from '../container.ts';
import { defaultUserSecretName } from '../engine-secrets.ts';
import type { KubeObject } from '../object.ts';
import { disruptionBudgetOf } from '../scaling.ts';
import { storageOf } from '../volumes.ts';
import { apart } from './affinity.ts';

type Facts = Extract<Operated, { readonly operator: 'rabbitmq' }>;

/** https://www.rabbitmq.com/kubernetes/operator/using-operator; its Service has the name of the server. */
export function rabbitmqObjects(
  workload: Workload,
  { image, members, vhost, plugins }: Facts,
  cluster: Cluster,
  podLabel: Readonly<Record<string, string>>,
): readonly KubeObject[] {
  const { name } = workload;
  const { storageBytes, storageClass } = storageOf(workload);
  const rabbitmq = {
    ...(vhost !== '/' && { additionalConfig: `default_vhost = ${vhost}\n` }),
    ...(plugins.length > 0 && { additionalPlugins: plugins }),
  };
  return [
    {
      apiVersion: 'rabbitmq.com/v1beta1',
      kind: 'RabbitmqCluster',
      metadata: { name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      spec: {
        replicas: members,
        image,
        secretBackend: { externalSecret: { name: defaultUserSecretName(name) } },
        ...(Object.keys(rabbitmq).length > 0 && { rabbitmq }),
        persistence: {
          storage: bytes(storageBytes),
          ...(storageClass !== undefined && { storageClassName: storageClass }),
        },
        resources: serverResources(workload),
        affinity: apart(podLabel),
      },
    },
    ...disruptionBudgetOf(workload, cluster, podLabel),
  ];
}
