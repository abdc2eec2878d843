import { hashOf } from '../contents.ts';
import type { Workload } from '../workload.ts';
import { instanceOf, isDaemon, labelsOf, selectorOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { containerOf, drainSeconds, sidecarOf } from './container.ts';
import type { ContainerParts } from './container.ts';
import { environmentsOf, placedFiles } from './environment.ts';
import { seconds } from './probes.ts';
import { rightsOf } from './rights.ts';
import { asksCluster } from './roles.ts';
import { secretFileMounts } from './secret-files.ts';
import { mountsOf, podVolumes } from './volumes.ts';
import type { Mount } from './volumes.ts';
import { waitsOf } from './waiting.ts';

/** What every controller makes its pods of. */
export function podTemplate(workload: Workload, cluster: Cluster): Record<string, unknown> {
  const { cluster: choices, sidecars = [], name } = workload;
  const environments = environmentsOf(workload, cluster);
  const partsOf = (owner: string, mounts: readonly Mount[]): ContainerParts => {
    const environment = environments.find((one) => one.owner === owner);
    return { environment, mounts: [...mounts, ...secretFileMounts(environment, workload)] };
  };
  const main = partsOf(name, mountsOf(workload, cluster));
  const beside = sidecars.map((one) => [one, partsOf(`${name}-${one.name}`, [])] as const);
  const volumes = podVolumes([main, ...beside.map(([, parts]) => parts)].flatMap(({ mounts }) => mounts));
  const before = [...waitsOf(workload, cluster), ...beside.map(([one, parts]) => sidecarOf(one, parts))];
  const isTask = workload.role === 'task';
  const hash = configHash(workload, cluster);
  const annotations = { ...choices.annotations, ...(hash !== undefined && { 'devstack.dev/config-hash': hash }) };
  return {
    metadata: {
      labels: { ...choices.labels, ...labelsOf(workload, cluster) },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      serviceAccountName: accountOf(workload),
      automountServiceAccountToken: asksCluster(workload),
      enableServiceLinks: false,
      ...(isTask && { restartPolicy: 'Never' }),
      ...(choices.priorityClass !== undefined && { priorityClassName: choices.priorityClass }),
      terminationGracePeriodSeconds: graceSeconds(workload),
      securityContext: rightsOf(workload).pod,
      ...(isTask || isDaemon(workload) ? {} : spread(workload)),
      ...(before.length > 0 && { initContainers: before }),
      containers: [containerOf(workload, main, cluster)],
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

export function accountOf({ name, cluster: { serviceAccount } }: Workload): string {
  return serviceAccount ?? name;
}

/** A pod begins anew when what it reads at its start is another. Secrets change the name of theirs by themselves. */
export function configHash(workload: Workload, cluster: Cluster): string | undefined {
  const open = environmentsOf(workload, cluster).flatMap((one) =>
    Object.entries(one.open).map(([name, text]) => [one.owner, name, text]),
  );
  const files = placedFiles(workload, cluster).flatMap(({ place, content }) =>
    typeof content === 'string' ? [[place, content]] : [],
  );
  return open.length + files.length === 0 ? undefined : hashOf([open, files]);
}

/** The time the program has, and that before it hears of its end. */
function graceSeconds(workload: Workload): number {
  const { stop, ports, role } = workload;
  const drain = ports.length > 0 && role !== 'task' && role !== 'server' ? drainSeconds(workload) : 0;
  return seconds(stop.graceMs) + drain + (drain > 0 ? 5 : 0);
}

/** Over zones and nodes as well as it goes: a cluster of one node runs them all. */
function spread(workload: Workload): Record<string, unknown> {
  const labelSelector = { matchLabels: selectorOf(workload) };
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              labelSelector: { matchLabels: { 'app.kubernetes.io/instance': instanceOf(workload) } },
              topologyKey: 'kubernetes.io/hostname',
            },
          },
        ],
      },
    },
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector,
    })),
  };
}
