import type { Operated } from '../../operated.ts';
import type { Workload } from '../../workload.ts';
import { labelsOf } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { bytes, serverResources } from '../container.ts';
import { appSecretName } from '../engine-secrets.ts';
import type { KubeObject } from '../object.ts';
import { storageOf, volumeName } from '../volumes.ts';

type Facts = Extract<Operated, { readonly operator: 'cloudnative-pg' }>;

const API = 'postgresql.cnpg.io/v1';

/** https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/ */
export function postgresObjects(
  workload: Workload,
  { members, image, user, database, databases, parameters }: Facts,
  cluster: Cluster,
): readonly KubeObject[] {
  const { name } = workload;
  const { storageBytes, storageClass } = storageOf(workload);
  const metadata = (of: string) => ({ name: of, namespace: cluster.namespace, labels: labelsOf(workload, cluster) });
  return [
    {
      apiVersion: API,
      kind: 'Cluster',
      metadata: metadata(name),
      spec: {
        instances: members,
        imageName: image,
        bootstrap: { initdb: { database, owner: user, secret: { name: appSecretName(name) } } },
        enableSuperuserAccess: false,
        ...(Object.keys(parameters).length > 0 && { postgresql: { parameters } }),
        storage: { size: bytes(storageBytes), ...(storageClass !== undefined && { storageClass }) },
        resources: serverResources(workload),
        affinity: {
          enablePodAntiAffinity: true,
          podAntiAffinityType: 'preferred',
          topologyKey: 'kubernetes.io/hostname',
        },
        // Its own are <name>-rw and -ro: under this one everybody has its address, whoever runs it.
        managed: {
          services: {
            additional: [{ selectorType: 'rw', serviceTemplate: { metadata: { name }, spec: { type: 'ClusterIP' } } }],
          },
        },
      },
    },
    ...databases.map((one) => ({
      apiVersion: API,
      kind: 'Database',
      metadata: metadata(`${name}-${volumeName(one)}`),
      spec: { name: one, owner: user, cluster: { name } },
    })),
  ];
}
