import type { Operated } from '../../operated.ts';
import type { Workload } from '../../workload.ts';
import { labelsOf } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { serverResources } from '../container.ts';
import { appSecretName } from '../engine-secrets.ts';
import type { KubeObject } from '../object.ts';
import { disruptionBudgetOf } from '../scaling.ts';
import { claimSpec } from '../volumes.ts';
import { addressOf } from './address.ts';
import { CONFINED } from './rights.ts';

type Facts = Extract<Operated, { readonly operator: 'mongodb' }>;

/** https://github.com/mongodb/mongodb-kubernetes-operator, docs/deploy-configure.md and docs/users.md */
export function mongodbObjects(
  workload: Workload,
  { members, version, user, databases }: Facts,
  cluster: Cluster,
  podLabel: Readonly<Record<string, string>>,
): readonly KubeObject[] {
  const { name } = workload;
  const metadata = { name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) };
  return [
    {
      apiVersion: 'mongodbcommunity.mongodb.com/v1',
      kind: 'MongoDBCommunity',
      metadata,
      spec: {
        members,
        type: 'ReplicaSet',
        version,
        security: { authentication: { modes: ['SCRAM'] } },
        users: [
          {
            name: user,
            // Where addresses say it is: authSource.
            db: 'admin',
            passwordSecretRef: { name: appSecretName(name), key: 'password' },
            roles: databases.map((db) => ({ name: 'readWrite', db })),
            scramCredentialsSecretName: name,
          },
        ],
        statefulSet: {
          spec: {
            template: {
              spec: {
                securityContext: POD_RIGHTS,
                initContainers: INIT_CONTAINERS.map((one) => ({ name: one, securityContext: CONFINED })),
                containers: [
                  { name: 'mongod', resources: serverResources(workload), securityContext: CONFINED },
                  { name: 'mongodb-agent', securityContext: CONFINED },
                ],
              },
            },
            volumeClaimTemplates: [{ metadata: { name: 'data-volume' }, spec: claimSpec(workload, 'ReadWriteOnce') }],
          },
        },
      },
    },
    // That of the operator is <name>-svc: under this one everybody has its address, whoever runs it.
    addressOf(workload, cluster, podLabel),
    ...disruptionBudgetOf(workload, cluster, podLabel),
  ];
}

const INIT_CONTAINERS = ['mongod-posthook', 'mongodb-agent-readinessprobe'];
/** As the operator has them, with the profile that the standard restricted wants besides. */
const POD_RIGHTS = {
  runAsUser: 2000,
  runAsNonRoot: true,
  fsGroup: 2000,
  seccompProfile: { type: 'RuntimeDefault' },
};
