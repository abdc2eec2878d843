import { createHash } from 'node:crypto';
import type { Amounts } from '../../core/deploy.ts';
import type { Plan } from '../plan.ts';
import type { Workload, WorkloadPort } from '../workload.ts';

/** What every object of a stack is made with. */
export interface Cluster {
  readonly stack: string;
  readonly namespace: string;
  /** Before the name of a built image: `registry/stack`. */
  readonly imagePrefix: string;
  readonly workloads: readonly Workload[];
  readonly params: Plan['params'];
  readonly bindings: Plan['bindings'];
  /** A server is elsewhere, maybe on an address that is not public. */
  readonly hasServersElsewhere: boolean;
  /** What all pods of the namespace may request together. */
  readonly quota?: Amounts;
}

const RESERVED = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** Of its own: nobody gets the ones a cluster begins with. */
export function namespaceOf(stack: string): string {
  return RESERVED.has(stack) || stack.startsWith('kube-') ? `${stack}-stack` : stack;
}

/** Stays for as long as it runs: a task that is another one has another name, since a Job cannot be changed. */
export function instanceOf(workload: Workload): string {
  if (workload.role !== 'task' || isClocked(workload)) return workload.name;
  // All its pod is made of, and not where it stands in the config.
  const { at: _at, needs: _needs, reaches: _reaches, given: _given, ...what } = workload;
  return `${workload.name}-${createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 8)}`;
}

/** Run by a clock, or by a hand: a CronJob is what both can be begun from. */
export function isClocked({ role, schedule, isManual }: Workload): boolean {
  return role === 'task' && (schedule !== undefined || isManual);
}

/** One of it is on each node. */
export function isDaemon({ cluster }: Workload): boolean {
  return cluster.kind === 'daemon';
}

/** What keeps the pods of one that goes on running. */
export function controllerKind(workload: Workload, workloads: readonly Workload[]) {
  if (isDaemon(workload)) return 'DaemonSet';
  return isStateful(workload, workloads) ? 'StatefulSet' : 'Deployment';
}

/** It has an identity and data of its own. */
export function isStateful(workload: Workload, workloads: readonly Workload[]): boolean {
  if (workload.role === 'server') return workload.standsBefore === undefined;
  return Object.keys(workload.volumes).length > 0 && !sharesVolumes(workload, workloads);
}

/** Several pods have one volume. */
export function sharesVolumes(workload: Workload, workloads: readonly Workload[]): boolean {
  const own = Object.keys(workload.volumes);
  if (own.length === 0 || workload.role === 'server') return false;
  const isUsedTwice = workloads.some(
    (other) => other.name !== workload.name && Object.keys(other.volumes).some((name) => own.includes(name)),
  );
  return (
    isUsedTwice ||
    isDaemon(workload) ||
    replicasOf(workload) > 1 ||
    workload.autoscale !== undefined ||
    workload.role === 'task'
  );
}

const SERVICE_REPLICAS = 3;

/** Services run as many times as an update without a gap and the loss of a node take, unless the config says. */
export function replicasOf({ role, replicas, given, autoscale, isManual, volumes, cluster }: Workload): number {
  if (isManual) return 0;
  const isSaid = given.includes('replicas') || autoscale !== undefined || cluster.kind === 'daemon';
  if (isSaid || role !== 'service' || Object.keys(volumes).length > 0) return replicas;
  return SERVICE_REPLICAS;
}

export function selectorOf(workload: Workload): Record<string, string> {
  return { 'app.kubernetes.io/name': workload.name, 'app.kubernetes.io/instance': instanceOf(workload) };
}

const COMPONENTS: Readonly<Record<string, string>> = {
  postgres: 'database',
  mysql: 'database',
  mariadb: 'database',
  mongodb: 'database',
  redis: 'cache',
  valkey: 'cache',
  rabbitmq: 'queue',
  nats: 'queue',
  kafka: 'queue',
  minio: 'storage',
  mailpit: 'mail',
  pgbouncer: 'pooler',
};

export function labelsOf(workload: Workload, { stack }: Cluster): Record<string, string> {
  const { role, engine, image } = workload;
  const component = role === 'server' ? (COMPONENTS[engine ?? ''] ?? 'server') : role === 'task' ? 'job' : role;
  const [, tag] = image.kind === 'named' ? (/:([\w][\w.-]{0,62})(?:@|$)/.exec(image.name) ?? []) : [];
  return {
    ...selectorOf(workload),
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': stack,
    ...(tag !== undefined && /[A-Za-z0-9]$/.test(tag) && { 'app.kubernetes.io/version': tag }),
    'app.kubernetes.io/managed-by': 'devstack',
  };
}

/** Of what belongs to a server that does not run there. */
export function elsewhereLabels(server: string, { stack }: Pick<Cluster, 'stack'>): Record<string, string> {
  return {
    'app.kubernetes.io/name': server,
    'app.kubernetes.io/instance': server,
    'app.kubernetes.io/component': 'server',
    'app.kubernetes.io/part-of': stack,
    'app.kubernetes.io/managed-by': 'devstack',
  };
}

/** At most 15 lower case letters, digits and dashes, with a letter: other names are cut. */
export function portNames({ ports }: Pick<Workload, 'ports'>): ReadonlyMap<WorkloadPort, string> {
  const names = new Map<WorkloadPort, string>();
  for (const port of ports) {
    const plain = port.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
    const lettered = /[a-z]/.test(plain) ? plain : `p-${plain}`;
    const short = lettered.slice(0, 15).replace(/-+$/, '');
    const taken = new Set(names.values());
    let name = short;
    for (let number = 2; taken.has(name); number++) name = `${short.slice(0, 12)}-${number}`;
    names.set(port, name);
  }
  return names;
}

/** What it is reached at by the name of its Service. */
export function servicePortOf({ number, service = number }: WorkloadPort): number {
  return service;
}

/** Those somebody reaches over the network of the cluster. */
export function protocolOf({ protocol }: WorkloadPort): 'TCP' | 'UDP' {
  return protocol === 'udp' ? 'UDP' : 'TCP';
}

/** An Ingress is before it: somebody outside has an address for it, and it speaks HTTP. */
export function frontDoorOf({ ports }: Workload): WorkloadPort | undefined {
  return ports.find(({ outside, protocol }) => outside?.isPublic === false && /^https?$/.test(protocol));
}

/** Everybody reaches it through a load balancer of its own. */
export function isPublic({ ports }: Workload): boolean {
  return ports.some(({ outside }) => outside?.isPublic === true);
}
