import { highlyAvailableName } from '../../operated.ts';
import type { Operated } from '../../operated.ts';
import type { Workload } from '../../workload.ts';
import { labelsOf } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { bytes, imageName, serverResources } from '../container.ts';
import { appSecretName } from '../engine-secrets.ts';
import type { KubeObject } from '../object.ts';
import { storageOf } from '../volumes.ts';
import { apart } from './affinity.ts';
import { operatorFacts } from './operator.ts';
import { SENTINEL_RESOURCES } from './sentinel.ts';

type Facts = Extract<Operated, { readonly operator: 'redis-chart' }>;

/** A release of a chart of others, beside what is written. */
export interface ChartRelease {
  /** Also of the release: its pods have that as their instance. */
  readonly server: string;
  /** Of the registry and below it, without `oci://`. */
  readonly chart: string;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** What is changed in the cluster by what the chart runs there. */
  readonly ownFields: readonly {
    readonly kind: string;
    readonly name: string;
    readonly jsonPointers: readonly string[];
  }[];
}

/** https://github.com/CloudPirates-io/helm-charts, charts/redis: the words of Bitnami's, with the images of Docker. */
const CHART = { chart: 'registry-1.docker.io/cloudpirates/redis', version: '0.34.18' };
/** How often the Service of the chart is led after the one that takes writes. */
const CHECK_SECONDS = 5;
/** Longer than the watchers take to choose another one. */
const GRACE_SECONDS = 60;

/** Only a name for the Service of the chart: that leads to one pod after another, which no selector of ours could. */
export function redisChartObjects(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const { name } = workload;
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      spec: {
        type: 'ExternalName',
        externalName: `${masterName(name)}.${cluster.namespace}.svc.cluster.local`,
      },
    },
  ];
}

/** Of the Service that is led after the pod which takes writes. */
function masterName(server: string): string {
  return `${highlyAvailableName(server)}-master`;
}

/** In the order of the config. */
export function chartReleases(cluster: Cluster): readonly ChartRelease[] {
  return cluster.workloads.flatMap((workload) => {
    const { name, operated } = workload;
    if (operated?.operator !== 'redis-chart') return [];
    const values = redisValues(workload, operated, cluster);
    const ownFields = [{ kind: 'Service', name: masterName(name), jsonPointers: ['/spec/selector'] }];
    return [{ server: name, ...CHART, values, ownFields }];
  });
}

/** After the overlay, whose Secret it reads. */
export function installCommand({ server, chart, version }: ChartRelease, values: string, namespace: string): string {
  return `helm upgrade --install ${server} oci://${chart} --version ${version} --namespace ${namespace} --values ${values}`;
}

function redisValues(workload: Workload, operated: Facts, cluster: Cluster): Record<string, unknown> {
  const { name, volumes } = workload;
  const { members, flags } = operated;
  const { storageBytes, storageClass } = storageOf(workload);
  const image = placeOf(imageName(workload.image, cluster));
  const podLabel = operatorFacts(operated).podLabel(name);
  const hasPassword = cluster.bindings.some(({ server }) => server === name);
  const persistence = { enabled: true, size: bytes(storageBytes), ...(storageClass !== undefined && { storageClass }) };
  return {
    fullnameOverride: highlyAvailableName(name),
    architecture: 'replication',
    replicaCount: members,
    image,
    auth: hasPassword
      ? { enabled: true, existingSecret: appSecretName(name), existingSecretPasswordKey: 'password' }
      : { enabled: false, sentinel: false },
    sentinel: {
      enabled: true,
      image,
      masterName: name,
      // One of them is in each pod.
      quorum: Math.floor(members / 2) + 1,
      resources: SENTINEL_RESOURCES,
      masterService: { enabled: true, checkInterval: CHECK_SECONDS, resources: SENTINEL_RESOURCES },
    },
    ...(flags.length > 0 && { extraFlags: flags }),
    persistence: Object.keys(volumes).length > 0 ? persistence : { enabled: false },
    pdb: { enabled: true, minAvailable: '', maxUnavailable: 1 },
    resources: serverResources(workload),
    initContainer: { resources: SENTINEL_RESOURCES },
    terminationGracePeriodSeconds: GRACE_SECONDS,
    affinity: apart(podLabel),
  };
}

/** As the chart has an image; a digest belongs to the tag. */
function placeOf(image: string): Record<string, string> {
  const [, registry = 'docker.io', repository = image, tag = 'latest'] =
    /^(?:([^/]*[.:][^/]*)\/)?([^:@]+):?(.*)$/.exec(image) ?? [];
  return { registry, repository, tag };
}
