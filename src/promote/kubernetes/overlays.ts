import { isDeepStrictEqual } from 'node:util';
import type { Workload } from '../workload.ts';
import { controllerKind, isClocked, isPublic, replicasOf, sharesVolumes } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { configMapsOf } from './config-map.ts';
import { claimsOf, controllerOf } from './controllers.ts';
import { exemptionAnnotations, WHY } from './exemption.ts';
import type { Exemption } from './exemption.ts';
import { ingressOf } from './ingress.ts';
import { nodePortsOf, openedPolicy } from './local-doors.ts';
import type { LocalDoor } from './local-doors.ts';
import { quotaObjects } from './namespace.ts';
import { networkPolicyOf } from './network-policy.ts';
import type { KubeObject } from './object.ts';
import { fileOf } from './objects.ts';
import { statefulPatches, statefulServers } from './operators/stateful.ts';
import { configHash } from './pod.ts';
import { autoscalersOf, isQueueScaled, isScaled } from './scaling.ts';
import { servicesOf } from './services.ts';
import { verticalAutoscalersOf } from './vertical-scaling.ts';

/** Where it runs. The base is as production has it; the others take something away. */
export const OVERLAYS = ['kind', 'staging', 'production'] as const;
export type OverlayName = (typeof OVERLAYS)[number];

export interface Overlay {
  readonly replicas: readonly { readonly name: string; readonly count: number }[];
  readonly patches: readonly Patch[];
  /** Of its own. */
  readonly objects: readonly KubeObject[];
  /** What no operator runs here, by its file. */
  readonly servers: ReadonlyMap<string, readonly KubeObject[]>;
  readonly doors: readonly LocalDoor[];
}

export interface Patch {
  /** Below the folder of the overlay. */
  readonly path: string;
  readonly content: Record<string, unknown>;
}

const MOST: Readonly<Record<OverlayName, number | undefined>> = { kind: 1, staging: 2, production: undefined };

/** The workloads as they are where only ports of this machine lead inside. */
export interface Local {
  readonly cluster: Cluster;
  readonly doors: readonly LocalDoor[];
}

export function overlayOf(name: OverlayName, cluster: Cluster, local: Local): Overlay {
  const most = MOST[name];
  const replicas = cluster.workloads.flatMap((workload) => {
    const isDeployment =
      workload.role !== 'task' && controllerKind(workload, cluster.workloads) === 'Deployment' && !isScaled(workload);
    if (most === undefined || !isDeployment || replicasOf(workload) <= most) return [];
    // What the config says holds in staging, too.
    if (name === 'staging' && workload.given.includes('replicas')) return [];
    return [{ name: workload.name, count: most }];
  });
  if (name !== 'kind') return { replicas, patches: [], objects: [], servers: new Map(), doors: [] };
  const { doors } = local;
  const patches = cluster.workloads.flatMap((workload) => {
    const there = local.cluster.workloads.find((one) => one.name === workload.name) ?? workload;
    const made = workload.operated
      ? statefulPatches(workload, there, cluster, local)
      : kindPatches(workload, there, { cluster, doors });
    return made.map((content) => ({ path: `${workload.name}-${fileOf(content)}`, content: { ...content } }));
  });
  const bounds = quotaObjects(cluster).map((object) => ({ path: fileOf(object), content: { ...deleted(object) } }));
  const servers = statefulServers(cluster, local.cluster);
  return {
    replicas,
    patches: [...bounds, ...withOwnPaths(patches)],
    objects: nodePortsOf(doors, local.cluster),
    servers,
    doors,
  };
}

/** A machine of one's own: no certificates, no controller of an Ingress, no storage for several nodes, images out of the engine next to it. */
function kindPatches(
  workload: Workload,
  local: Workload,
  { cluster, doors }: { readonly cluster: Cluster; readonly doors: readonly LocalDoor[] },
): readonly KubeObject[] {
  const own = doors.filter((door) => door.workload === workload.name);
  return [
    ...configMapPatches(workload, local, cluster),
    ...claimPatches(workload, cluster),
    ...controllerPatch(workload, local, cluster),
    ...autoscalerPatches(workload, cluster),
    // What would hear of it is in no new cluster.
    ...verticalAutoscalersOf(workload, cluster).map(deleted),
    // No controller is there to hear of it.
    ...ingressOf(workload, cluster).map(deleted),
    ...servicePatch(workload, cluster),
    ...(own.length > 0 ? [openedPolicy(networkPolicyOf(workload, cluster), own)] : []),
  ];
}

/** Nobody gives a machine's own cluster a load balancer. */
function servicePatch(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (!isPublic(workload)) return [];
  const service = servicesOf(workload, cluster).find(({ metadata }) => metadata.name === workload.name);
  return service ? [{ ...headOf(service), spec: { type: 'ClusterIP' } }] : [];
}

function configMapPatches(workload: Workload, local: Workload, cluster: Cluster): readonly KubeObject[] {
  const there = configMapsOf(local, cluster);
  return configMapsOf(workload, cluster).flatMap((object) => {
    const other = there.find(({ metadata }) => metadata.name === object.metadata.name);
    if (!other || isDeepStrictEqual(object['data'], other['data'])) return [];
    return [{ ...headOf(object), data: other['data'] }];
  });
}

function claimPatches(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (!sharesVolumes(workload, cluster.workloads)) return [];
  return claimsOf(workload, cluster).map((object) => ({ ...headOf(object), spec: { accessModes: ['ReadWriteOnce'] } }));
}

function controllerPatch(workload: Workload, local: Workload, cluster: Cluster): readonly KubeObject[] {
  const base = controllerOf(workload, cluster);
  const hash = configHash(local, cluster);
  const isChanged = hash !== undefined && hash !== configHash(workload, cluster);
  const isLoaded = workload.image.kind === 'built';
  const isCut = !isScaled(workload) && replicasOf(workload) > 1;
  const isAlone = base.kind === 'Deployment' && (isCut || isQueueScaled(workload, cluster));
  // Its claim is one that one host mounts there.
  const isReplaced = base.kind === 'Deployment' && sharesVolumes(workload, cluster.workloads) && !isRecreated(workload);
  if (!isChanged && !isLoaded && !isAlone && !isReplaced) return [];
  const exemptions: Exemption[] = [
    ...(isLoaded
      ? [
          {
            reason: 'its image is loaded into the nodes',
            kubeScore: ['container-image-pull-policy'],
            polaris: ['pullPolicyNotAlways'],
          },
        ]
      : []),
    ...(isAlone
      ? [
          {
            reason: 'one is enough on one machine',
            kubeScore: ['deployment-replicas'],
            polaris: ['deploymentMissingReplicas'],
          },
        ]
      : []),
    ...(isReplaced && workload.ports.length > 0
      ? [{ reason: 'its volume is for one host there', kubeScore: ['deployment-strategy'] }]
      : []),
  ];
  const template = {
    ...(isChanged && { metadata: { annotations: { 'devstack.dev/config-hash': hash } } }),
    ...(isLoaded && { spec: { containers: [{ name: workload.name, imagePullPolicy: 'IfNotPresent' }] } }),
  };
  const spec = isClocked(workload) ? { jobTemplate: { spec: { template } } } : { template };
  const changed = {
    ...(Object.keys(template).length > 0 && spec),
    ...(isReplaced && { strategy: { type: 'Recreate', rollingUpdate: null } }),
  };
  return [{ ...headOf(base, exemptions), ...(Object.keys(changed).length > 0 && { spec: changed }) }];
}

function isRecreated({ cluster }: Workload): boolean {
  return cluster.strategy === 'recreate';
}

/** KEDA is not in every cluster, and one is enough on one machine. */
function autoscalerPatches(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const objects = autoscalersOf(workload, cluster);
  if (isQueueScaled(workload, cluster)) return objects.map(deleted);
  return objects.map((object) => ({
    ...headOf(object, [
      {
        reason: 'one is enough on one machine',
        kubeScore: ['horizontalpodautoscaler-replicas'],
        polaris: ['hpaMinAvailability'],
      },
    ]),
    spec: { minReplicas: 1 },
  }));
}

function deleted({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeObject {
  return { $patch: 'delete', apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

/** What a patch is of; what the base exempts it from stays exempted. */
function headOf({ apiVersion, kind, metadata }: KubeObject, exemptions: readonly Exemption[] = []): KubeObject {
  const { name, namespace, annotations: before = {} } = metadata;
  const added = exemptionAnnotations(exemptions);
  const joined = (key: string, between: string) =>
    before[key] !== undefined && added[key] !== undefined ? { [key]: [before[key], added[key]].join(between) } : {};
  const annotations = { ...added, ...joined('kube-score/ignore', ','), ...joined(WHY, '; ') };
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}

/** Several of one kind of a workload are told apart by their number. */
function withOwnPaths(patches: readonly Patch[]): readonly Patch[] {
  const seen = new Map<string, number>();
  return patches.map((patch) => {
    const number = (seen.get(patch.path) ?? 0) + 1;
    seen.set(patch.path, number);
    return number === 1 ? patch : { ...patch, path: patch.path.replace(/\.yaml$/, `-${number}.yaml`) };
  });
}
