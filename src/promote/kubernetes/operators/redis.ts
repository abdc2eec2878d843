import { highlyAvailableName } from '../../operated.ts';
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
import { apart } from './affinity.ts';
import type { OperatorFacts } from './operator.ts';
import { CONFINED } from './rights.ts';
import { SENTINEL_RESOURCES } from './sentinel.ts';

type Facts = Extract<Operated, { readonly operator: 'redis' }>;

const API = 'redis.redis.opstreelabs.in/v1beta2';
/** Of them two have to agree that the first is gone. */
const SENTINELS = 3;

/** https://github.com/OT-CONTAINER-KIT/redis-operator, api/redisreplication and api/redissentinel */
export function redisObjects(
  workload: Workload,
  { image, sentinelImage, members, settings }: Facts,
  cluster: Cluster,
  { podLabel, firstLabel }: OperatorFacts,
): readonly KubeObject[] {
  const { name, volumes } = workload;
  const own = podLabel(name);
  // What is here its selectors have, too, and pods of the version before are not to be lost.
  const { 'app.kubernetes.io/version': _version, ...labels } = labelsOf(workload, cluster);
  const metadata = { name: highlyAvailableName(name), namespace: cluster.namespace, labels };
  const hasPassword = cluster.bindings.some(({ server }) => server === name);
  const password = { name: appSecretName(name), key: 'password' };
  const pods = {
    podSecurityContext: POD_RIGHTS,
    securityContext: CONFINED,
    affinity: apart(own),
  };
  return [
    {
      apiVersion: API,
      kind: 'RedisReplication',
      metadata,
      spec: {
        clusterSize: members,
        kubernetesConfig: {
          image,
          resources: serverResources(workload),
          ...(hasPassword && { redisSecret: password }),
        },
        ...(settings.length > 0 && { redisConfig: { dynamicConfig: settings } }),
        ...(Object.keys(volumes).length > 0 && {
          storage: { keepAfterDelete: true, volumeClaimTemplate: { spec: claimSpec(workload, 'ReadWriteOnce') } },
        }),
        ...pods,
      },
    },
    {
      apiVersion: API,
      kind: 'RedisSentinel',
      metadata,
      spec: {
        clusterSize: SENTINELS,
        kubernetesConfig: { image: sentinelImage, resources: SENTINEL_RESOURCES },
        redisSentinelConfig: {
          redisReplicationName: metadata.name,
          masterGroupName: name,
          quorum: String(Math.floor(SENTINELS / 2) + 1),
          ...(hasPassword && { redisReplicationPassword: { secretKeyRef: password } }),
        },
        ...pods,
      },
    },
    addressOf(workload, cluster, { ...own, ...firstLabel }),
    ...disruptionBudgetOf(workload, cluster, own),
  ];
}

/** As its images are made for, with what the standard restricted wants besides. */
const POD_RIGHTS = {
  runAsUser: 1000,
  runAsGroup: 1000,
  runAsNonRoot: true,
  fsGroup: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
};
