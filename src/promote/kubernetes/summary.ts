import type { Workload } from '../workload.ts';
import type { Cluster } from './cluster.ts';
import { appSecretName, boundTo } from './engine-secrets.ts';
import type { KubeObject } from './object.ts';
import { at, dataAt } from './rules/data.ts';
import { podOf } from './rules/pod.ts';
import type { Pod } from './rules/pod.ts';

/** What people add by hand to files made of a compose file, how pods fare on a full node, and who shares a database. */
export function summaryOf(objects: readonly KubeObject[], secrets: number, cluster: Cluster): readonly string[] {
  const pods = objects.flatMap((object) => podOf(object) ?? []);
  const containers = pods.flatMap((pod) => pod.containers);
  const checked = containers.filter(({ data }) => at(data, 'readinessProbe') !== undefined);
  const bounded = containers.filter(({ data }) => ['requests', 'limits'].every((part) => hasBoth(data, part)));
  const scalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject');
  return [
    `Readiness checks: ${checked.length}; Secrets: ${secrets}; containers with requests and limits: ${bounded.length} of ${containers.length}; autoscalers: ${scalers.length}`,
    `Quality of service: ${qualities(pods)}`,
    ...sharedDatabases(cluster),
  ];
}

function hasBoth(container: unknown, part: string): boolean {
  return ['cpu', 'memory'].every((what) => at(container, 'resources', part, what) !== undefined);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qualityOf({ containers }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const amounts = containers.map(({ data }) => dataAt(data, 'resources'));
  const isEqual = (one: unknown) =>
    hasBoth({ resources: one }, 'limits') &&
    ['cpu', 'memory'].every((what) => {
      const limit = at(one, 'limits', what);
      return (at(one, 'requests', what) ?? limit) === limit;
    });
  if (amounts.every(isEqual)) return 'Guaranteed';
  const asks = (one: unknown, part: string) => ['cpu', 'memory'].some((what) => at(one, part, what) !== undefined);
  return amounts.some((one) => asks(one, 'requests') || asks(one, 'limits')) ? 'Burstable' : 'BestEffort';
}

function qualities(pods: readonly Pod[]): string {
  const names = new Map<string, string[]>();
  for (const pod of pods) {
    const quality = qualityOf(pod);
    names.set(quality, [...(names.get(quality) ?? []), pod.owner.metadata.name]);
  }
  if (names.size === 1) return `all ${[...names.keys()].join('')}`;
  return [...names].map(([quality, owners]) => `${quality} ${owners.join(', ')}`).join('; ');
}

/** Two roles of one image are one program. */
function sharedDatabases(cluster: Cluster): readonly string[] {
  return cluster.bindings
    .filter(({ values }) => values['dbname'] !== undefined)
    .flatMap(({ server }) => {
      const name = appSecretName(server);
      const reads = (one: Workload) =>
        Object.values(one.env).some((value) => boundTo(value, one, cluster)?.name === name);
      const users = cluster.workloads.filter(
        (one) => (one.role === 'service' || one.role === 'worker') && one.engine === undefined && reads(one),
      );
      const programs = new Map(users.toReversed().map((one) => [programOf(one), one.name]));
      if (programs.size < 2) return [];
      const who = [...programs.values()].toReversed().join(', ');
      return [`${who} share one database of ${server}: ${server}.addDatabase() gives each its own`];
    });
}

function programOf({ image }: Workload): string {
  return image.kind === 'built' ? image.build.name : image.name;
}
