import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ClusterProvider, FoundCluster, ProviderRun } from '../../../cluster/provider.ts';
import { FailureError } from '../../../core/failure.ts';
import { counted } from '../../../output/counted.ts';
import type { LocalDoor } from '../../../promote/kubernetes/local-doors.ts';
import { protocolOf, servicePortOf } from '../../../promote/kubernetes/cluster.ts';
import { portHolder } from '../../../system/processes.ts';
import type { PromoteOptions } from '../options.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterReport } from './report.ts';

interface Wanted {
  readonly provider: ClusterProvider;
  readonly place: ClusterPlace;
  readonly doors: readonly LocalDoor[];
  readonly namespace: string;
  readonly hasRegistry: boolean;
  readonly options: PromoteOptions;
  readonly run: ProviderRun;
  readonly report: ClusterReport;
}

/** The one that is there, or a new one. */
export async function ensureCluster(found: FoundCluster | undefined, wanted: Wanted): Promise<FoundCluster> {
  const { provider, place, doors, hasRegistry, options, run, report } = wanted;
  mkdirSync(path.dirname(place.kubeconfig), { recursive: true, mode: 0o700 });
  if (found) {
    if (!found.isRunning) {
      const hint = `Start it (${provider.startCommand(place.name)}), or make it anew: devstack promote --to ${provider.tool} --recreate`;
      throw new FailureError({
        code: 'cluster-failed',
        cluster: place.name,
        doing: 'be used',
        reason: 'it is stopped',
        hint,
      });
    }
    tellDifferences(found, wanted);
    return found;
  }
  const ports = doors.map(({ workload, hostPort, nodePort, port }) => {
    return { resource: workload, hostPort, nodePort, protocol: protocolOf(port) };
  });
  const { nodes = 1, nodeImage } = options;
  await report.step(
    'cluster',
    () =>
      provider.create(
        {
          name: place.name,
          ports,
          nodes,
          kubeconfig: place.kubeconfig,
          ...(nodeImage !== undefined && { image: nodeImage }),
          ...(hasRegistry && { hasRegistry }),
        },
        run,
      ),
    () =>
      `${place.name} created (${counted(nodes, 'node')}${ports.map(({ hostPort, resource }) => `, ${hostPort} → ${resource}`).join('')})`,
  );
  const made = await provider.find(place.name, run);
  if (!made) {
    const hint = 'Is another engine the current one? docker context ls';
    const reason = `${provider.tool} made it, and its nodes are not among the containers of this engine`;
    throw new FailureError({ code: 'cluster-failed', cluster: place.name, doing: 'be found', reason, hint });
  }
  return made;
}

/** Ports of this machine that are to lead into a new cluster. */
export function refuseTakenPorts({ name }: ClusterPlace, doors: readonly LocalDoor[]): void {
  for (const { hostPort, workload } of doors) {
    const holder = portHolder(hostPort);
    if (holder)
      throw new FailureError({
        code: 'cluster-port-in-use',
        cluster: name,
        port: hostPort,
        resource: workload,
        holder,
      });
  }
}

/** Ports and nodes are fixed when a cluster is made. */
function tellDifferences(found: FoundCluster, { provider, place, doors, namespace, options, report }: Wanted): void {
  const { nodes } = options;
  if (nodes !== undefined && nodes !== found.nodes)
    report.tell({
      event: 'note',
      text: `${place.name} has ${counted(found.nodes, 'node')}, and not ${nodes}: --recreate makes it anew, without its data`,
    });
  for (const { workload, hostPort, port } of unreached(found, doors))
    report.tell({
      event: 'note',
      text: `${workload} has no port of this machine, since the cluster is older than its port: --recreate, or kubectl --kubeconfig .devstack/${provider.tool}/kubeconfig port-forward -n ${namespace} service/${workload} ${hostPort}:${servicePortOf(port)}`,
    });
}

/** Doors that the cluster has no mapping for. */
export function unreached(found: FoundCluster, doors: readonly LocalDoor[]): readonly LocalDoor[] {
  return doors.filter(
    (door) => !found.ports.some(({ hostPort, nodePort }) => hostPort === door.hostPort && nodePort === door.nodePort),
  );
}

/** How far the ports of a cluster are from those the stack wishes for. */
export function offsetOf(found: FoundCluster | undefined, doors: readonly LocalDoor[]): number {
  for (const door of doors) {
    const mapping = found?.ports.find(({ nodePort }) => nodePort === door.nodePort);
    if (mapping) return mapping.hostPort - door.hostPort;
  }
  return 0;
}
