import type { Workload } from '../workload.ts';
import {
  controllerKind,
  frontDoorOf,
  instanceOf,
  isClocked,
  isPublic,
  isStateful,
  labelsOf,
  replicasOf,
  selectorOf,
  sharesVolumes,
} from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { environmentsOf, SENSITIVE } from './environment.ts';
import { exemptionAnnotations } from './exemption.ts';
import type { Exemption } from './exemption.ts';
import type { KubeObject } from './object.ts';
import { podTemplate } from './pod.ts';
import { probesOf } from './probes.ts';
import { rightsOf } from './rights.ts';
import { isQueueScaled, isScaled } from './scaling.ts';
import { asksCluster } from './roles.ts';
import { writtenVariables } from './secret-files.ts';
import { claimName, claimSpec, volumeName } from './volumes.ts';

/** What keeps the pods of a workload running, or runs them once. */
export function controllerOf(workload: Workload, cluster: Cluster): KubeObject {
  if (isClocked(workload)) return cronJob(workload, cluster);
  if (workload.role === 'task') return job(workload, cluster);
  switch (controllerKind(workload, cluster.workloads)) {
    case 'DaemonSet':
      return daemonSet(workload, cluster);
    case 'StatefulSet':
      return statefulSet(workload, cluster);
    case 'Deployment':
      return deployment(workload, cluster);
  }
}

/** Volumes several pods have. */
export function claimsOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (isStateful(workload, cluster.workloads)) return [];
  const mode = sharesVolumes(workload, cluster.workloads) ? 'ReadWriteMany' : 'ReadWriteOnce';
  return Object.keys(workload.volumes)
    .filter((volume) => cluster.workloads.find(({ volumes }) => Object.hasOwn(volumes, volume)) === workload)
    .map((volume) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: volumeName(volume), namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      spec: claimSpec(workload, mode),
    }));
}

function deployment(workload: Workload, cluster: Cluster): KubeObject {
  const isRecreated = workload.cluster.strategy === 'recreate';
  const more: Exemption[] = [];
  const hasService = workload.ports.length > 0;
  if (isRecreated && hasService)
    more.push({ reason: 'deploy.strategy is recreate', kubeScore: ['deployment-strategy'] });
  if (isScaled(workload))
    more.push({
      reason: 'its autoscaler has the number of replicas',
      // That of KEDA is none to kube-score.
      ...(isQueueScaled(workload, cluster) && { kubeScore: ['deployment-replicas'] }),
      polaris: ['deploymentMissingReplicas'],
    });
  else if (replicasOf(workload) < 2)
    more.push({
      reason: replicasOf(workload) === 0 ? 'begun by hand' : 'one runs unless deploy.replicas says more',
      kubeScore: ['deployment-replicas'],
      polaris: ['deploymentMissingReplicas'],
    });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(workload, cluster, more),
    spec: {
      ...(isScaled(workload) ? {} : { replicas: replicasOf(workload) }),
      selector: { matchLabels: selectorOf(workload) },
      strategy: isRecreated
        ? { type: 'Recreate' }
        : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 5,
      template: podTemplate(workload, cluster),
    },
  };
}

/** There are as many as nodes take one, and an update goes from node to node. */
function daemonSet(workload: Workload, cluster: Cluster): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadataOf(workload, cluster, [
      { reason: 'there is one on each node', polaris: ['topologySpreadConstraint'] },
    ]),
    spec: {
      selector: { matchLabels: selectorOf(workload) },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      revisionHistoryLimit: 5,
      template: podTemplate(workload, cluster),
    },
  };
}

function statefulSet(workload: Workload, cluster: Cluster): KubeObject {
  const claims = Object.keys(workload.volumes);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(workload, cluster, []),
    spec: {
      replicas: workload.isManual ? 0 : workload.replicas,
      serviceName: `${workload.name}-headless`,
      selector: { matchLabels: selectorOf(workload) },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      revisionHistoryLimit: 5,
      template: podTemplate(workload, cluster),
      ...(claims.length > 0 && {
        volumeClaimTemplates: claims.map((volume) => ({
          metadata: { name: claimName(volume, workload), labels: selectorOf(workload) },
          spec: claimSpec(workload, 'ReadWriteOnce'),
        })),
      }),
    },
  };
}

/** A day, an hour: long enough for somebody to read its log, and gone before the next of its kind. */
const KEPT_SECONDS = 24 * 3600;
const DEADLINE_SECONDS = 3600;

function job(workload: Workload, cluster: Cluster): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(workload, cluster, []),
    spec: {
      // What it waits for may come later: those that begin too early are begun again.
      backoffLimit: Math.max(workload.retries, 6),
      activeDeadlineSeconds: DEADLINE_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: podTemplate(workload, cluster),
    },
  };
}

/** Never by itself: a moment of a year, and that is suspended. */
const BY_HAND = '0 0 1 1 *';

function cronJob(workload: Workload, cluster: Cluster): KubeObject {
  const { schedule } = workload;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(workload, cluster, []),
    spec: {
      schedule: schedule ?? BY_HAND,
      ...(schedule === undefined && { suspend: true }),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 300,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: labelsOf(workload, cluster) },
        spec: {
          backoffLimit: workload.retries,
          activeDeadlineSeconds: DEADLINE_SECONDS,
          template: podTemplate(workload, cluster),
        },
      },
    },
  };
}

function metadataOf(workload: Workload, cluster: Cluster, more: readonly Exemption[]): KubeObject['metadata'] {
  const { labels, annotations, priorityClass, serviceAccount } = workload.cluster;
  const isReached =
    workload.ports.length > 0 && cluster.workloads.some(({ reaches }) => reaches.includes(workload.name));
  const exemptions: Exemption[] = [...more, ...rightsOf(workload).exemptions, ...probesOf(workload).exemptions];
  if (priorityClass === undefined)
    exemptions.push({
      reason: 'a class of priority belongs to the cluster, and one that is not there keeps pods out',
      polaris: ['priorityClassNotSet'],
    });
  if (!isReached && !frontDoorOf(workload) && !isPublic(workload))
    exemptions.push({ reason: 'nobody reaches it', polaris: ['missingNetworkPolicy'] });
  if (serviceAccount !== undefined)
    exemptions.push({ reason: 'deploy.serviceAccount is there already', kubeLinter: ['non-existent-service-account'] });
  const written = environmentsOf(workload, cluster).flatMap((one) => Object.keys(writtenVariables(one)));
  if (written.some((name) => SENSITIVE.test(name)))
    exemptions.push({
      reason: 'what is written says where a secret is, or only sounds like one',
      kubeLinter: ['env-var-secret'],
      polaris: ['sensitiveContainerEnvVar'],
    });
  if (asksCluster(workload))
    exemptions.push({
      reason: 'deploy.permissions has it ask the cluster',
      polaris: ['automountServiceAccountToken'],
    });
  const own = { ...annotations, ...exemptionAnnotations(exemptions) };
  return {
    name: instanceOf(workload),
    namespace: cluster.namespace,
    labels: { ...labels, ...labelsOf(workload, cluster) },
    ...(Object.keys(own).length > 0 && { annotations: own }),
  };
}
