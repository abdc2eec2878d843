import type { Monitoring } from '../../core/delivery.ts';
import type { Note, Workload } from '../workload.ts';
import { controllerKind, frontDoorOf, isDaemon, isPublic, sharesVolumes } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { gatewayOf } from './http-route.ts';
import { hostOf, uncarriedOf } from './ingress.ts';
import { rightsOf } from './rights.ts';
import { isQueueScaled, isScaled } from './scaling.ts';
import { watchedQueues } from './queue-scaling.ts';
import { isScaledByUse } from './vertical-scaling.ts';

const CONFIG_MAP_BYTES = 1024 * 1024;

/** What is not the same in a cluster, or takes something of it that not every cluster has. */
export function notesOf(workload: Workload, whole: Cluster, monitoring?: Monitoring): readonly Note[] {
  const { workloads } = whole;
  const { cluster, isManual, needs, ports, role, stop, volumes } = workload;
  const texts: string[] = [];
  const gateway = gatewayOf(workload);
  for (const option of uncarriedOf(cluster.ingress ?? {}))
    texts.push(
      gateway
        ? `deploy.ingress.${option} is not carried over: a route has none, the Gateway ${gateway.name} or its controller has`
        : `deploy.ingress.${option} is not carried over: every controller has annotations of its own for it. Known are those of className: 'nginx'`,
    );
  texts.push(...scalingNotes(workload, whole), ...verticalNotes(workload, whole));
  for (const { on } of needs.filter((need) => need.gate === 'done' && !isOurs(need.on, workloads)))
    texts.push(`nothing makes it wait for the end of ${on} there: until then it fails and is started again`);
  if (isManual && workload.operated) texts.push('its operator runs it all the time there');
  else if (isManual && isDaemon(workload))
    texts.push('it runs on each node all the time there: a DaemonSet has no number');
  else if (isManual && role !== 'task')
    texts.push(
      `it is begun by hand there: kubectl scale --replicas=1 ${controllerKind(workload, workloads).toLowerCase()}/${workload.name}`,
    );
  if (isManual && role === 'task' && workload.schedule === undefined)
    texts.push(`it is begun by hand there: kubectl create job --from=cronjob/${workload.name} ${workload.name}-1`);
  if (workload.restart === 'no' && role !== 'task')
    texts.push('restart: no is not carried over: what ends there is started again');
  if (role !== 'server' && stop.signal !== 'SIGTERM')
    texts.push(`stopSignal ${stop.signal} is not carried over: its image decides (STOPSIGNAL)`);
  if (sharesVolumes(workload, workloads))
    texts.push(
      `several pods have the volume ${Object.keys(volumes).join(', ')}: the cluster needs storage that many nodes write to (ReadWriteMany)`,
    );
  if (!rightsOf(workload).isRestricted)
    texts.push('nothing is known of what its image needs, so its namespace takes pods of the standard baseline');
  const door = frontDoorOf(workload);
  if (gateway && door)
    texts.push(
      `deploy.ingress.gateway takes the Gateway API, and the Gateway ${gateway.name} with a certificate for ${hostOf(workload, whole.stack)}`,
    );
  for (const port of ports.filter(({ outside }) => outside?.isPublic === false)) {
    if (port === door) continue;
    texts.push(`port ${port.name} is not reached from outside there: an Ingress leads to one port that speaks HTTP`);
  }
  if (isPublic(workload) && cluster.ingress)
    texts.push('deploy.ingress is not carried over: with deploy.public a load balancer is before it');
  if (workload.metrics && monitoring === undefined)
    texts.push(
      'nobody asks for its metrics there: --to kubernetes --monitoring annotations or operator makes Prometheus do so',
    );
  const size = Object.values(workload.files).reduce((sum, file) => sum + JSON.stringify(file).length, 0);
  if (size > CONFIG_MAP_BYTES)
    texts.push('its files have more than 1 MiB, which no ConfigMap takes: put them into an image');
  return texts.map((text) => ({ at: workload.at, resource: workload.name, text }));
}

function verticalNotes(workload: Workload, cluster: Cluster): readonly string[] {
  const { vpa } = workload.cluster;
  if (vpa === undefined) return [];
  return [
    'deploy.vpa takes the Vertical Pod Autoscaler in the cluster: kind goes without',
    ...(vpa !== 'off' && isScaledByUse(workload, cluster)
      ? [
          `deploy.vpa is off there instead of ${vpa}, and only recommends: deploy.autoscale goes by a part of what is requested, and each would undo what the other does`,
        ]
      : []),
  ];
}

function scalingNotes(workload: Workload, cluster: Cluster): readonly string[] {
  const { autoscale } = workload;
  if (!autoscale || !isScaled(workload)) return [];
  const watched = watchedQueues(workload, cluster);
  const isByQueue = isQueueScaled(workload, cluster);
  return [
    ...(isByQueue
      ? ['deploy.autoscale.queue takes KEDA (keda.sh) in the cluster: kind goes without, and runs one']
      : []),
    ...(autoscale.queues ?? [])
      .filter((queue) => !watched.includes(queue))
      .map(
        ({ server, key }) =>
          `deploy.autoscale.queue is not carried over for ${key}: ${server} is elsewhere, and its address is in no Secret of which KEDA reads`,
      ),
    ...(autoscale.rps === undefined
      ? []
      : [
          isByQueue
            ? 'deploy.autoscale.rps is not carried over beside queue: KEDA would have to know the address of a Prometheus'
            : 'deploy.autoscale.rps takes the metric http_requests_per_second of its pods, which prometheus-adapter makes of what it counts',
        ]),
    ...(autoscale.min === 0 && !isByQueue
      ? ['deploy.autoscale.min is 0, and what scales by cpu or memory keeps one']
      : []),
  ];
}

/** What prepares a server is not in the config: whoever meets an unprepared one is started again as well. */
function isOurs(name: string, workloads: readonly Workload[]): boolean {
  return workloads.some((one) => one.name === name && one.engine !== undefined);
}
