import { createHash } from 'node:crypto';
import type { Workload, WorkloadPort } from '../workload.ts';
import { labelsOf, portNames, protocolOf, selectorOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { exemptionAnnotations } from './exemption.ts';
import { withAddresses } from './https.ts';
import { hostOf } from './ingress.ts';
import type { KubeObject } from './object.ts';

/** A port of this machine that leads to a port of a node of its cluster, and on to a workload. */
export interface LocalDoor {
  readonly workload: string;
  readonly port: WorkloadPort;
  readonly hostPort: number;
  readonly nodePort: number;
  /** Of those that speak HTTP. */
  readonly url?: string;
}

const FIRST_NODE_PORT = 30_000;
const NODE_PORTS = 2_768;

/** A number stays with its port as others come and go: those of a cluster are fixed when it is made. */
export function localDoorsOf(workloads: readonly Workload[], offset = 0): readonly LocalDoor[] {
  const hostPorts = new Set<number>();
  const nodePorts = new Set<number>();
  return workloads.flatMap((workload) =>
    workload.ports.flatMap((port): LocalDoor[] => {
      if (!port.outside) return [];
      const hostPort = firstFree(port.outside.number + offset, hostPorts, (number) => number + 1);
      const wished = createHash('sha256').update(`${workload.name}/${port.name}`).digest().readUInt32BE(0) % NODE_PORTS;
      const spot = firstFree(wished, nodePorts, (number) => (number + 1) % NODE_PORTS);
      const isHttp = /^https?$/.test(port.protocol);
      return [
        {
          workload: workload.name,
          port,
          hostPort,
          nodePort: FIRST_NODE_PORT + spot,
          ...(isHttp && { url: `${port.protocol}://localhost:${hostPort}` }),
        },
      ];
    }),
  );
}

function firstFree(wished: number, taken: Set<number>, next: (number: number) => number): number {
  let number = wished;
  while (taken.has(number)) number = next(number);
  taken.add(number);
  return number;
}

/** The same where nothing but ports of this machine leads inside. */
export function withLocalAddresses(
  workloads: readonly Workload[],
  stack: string,
  doors: readonly LocalDoor[],
): readonly Workload[] {
  const urls = new Map<string, string>();
  for (const { workload, url } of doors) {
    const owner = workloads.find(({ name }) => name === workload);
    if (owner && url !== undefined && !urls.has(hostOf(owner, stack))) urls.set(hostOf(owner, stack), url);
  }
  return withAddresses(workloads, urls);
}

/** Next to the Service of the base, whose address stays as it is. */
export function nodePortsOf(doors: readonly LocalDoor[], cluster: Cluster): readonly KubeObject[] {
  return cluster.workloads.flatMap((workload): KubeObject[] => {
    const own = doors.filter((door) => door.workload === workload.name);
    if (own.length === 0) return [];
    const names = portNames(workload);
    const annotations = exemptionAnnotations([
      {
        reason: 'nothing else leads into a cluster on one machine',
        kubeScore: ['service-type'],
        kubeLinter: ['exposed-services'],
      },
    ]);
    return [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: `${workload.name}-local`,
          namespace: cluster.namespace,
          labels: labelsOf(workload, cluster),
          annotations,
        },
        spec: {
          type: 'NodePort',
          selector: selectorOf(workload),
          ports: own.map(({ port, nodePort }) => {
            const name = names.get(portOf(workload, port)) ?? port.name;
            return { name, port: port.number, targetPort: name, protocol: protocolOf(port), nodePort };
          }),
        },
      },
    ];
  });
}

/** The same port of the same workload, as it is elsewhere. */
function portOf({ ports }: Workload, port: WorkloadPort): WorkloadPort {
  return ports.find(({ name }) => name === port.name) ?? port;
}

/** What comes through a port of a node has the address of the node, which no selector names. */
export function openedPolicy(policy: KubeObject, doors: readonly LocalDoor[]): KubeObject {
  const spec = policy['spec'];
  const before: unknown = typeof spec === 'object' && spec !== null && 'ingress' in spec ? spec.ingress : [];
  const ports = doors.map(({ port }) => ({ protocol: protocolOf(port), port: port.number }));
  return {
    apiVersion: policy.apiVersion,
    kind: policy.kind,
    metadata: {
      name: policy.metadata.name,
      ...(policy.metadata.namespace !== undefined && { namespace: policy.metadata.namespace }),
    },
    spec: { ingress: [...(Array.isArray(before) ? (before as readonly unknown[]) : []), { ports }] },
  };
}
