import type { ScaleQueue } from '../../core/deploy.ts';
import type { Workload, WorkloadPort } from '../workload.ts';
import { labelsOf, protocolOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { appSecretName } from './engine-secrets.ts';
import type { KubeObject } from './object.ts';

/** Where KEDA is installed by its own instructions. */
const KEDA = 'keda';

/** One thing KEDA looks at. What it logs in with is in the Secret of the server. */
interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Parameter to key of the Secret. */
  readonly login: Readonly<Record<string, string>>;
}

/** Queues that are looked at; a server elsewhere may be one of which no address is known. */
export function watchedQueues({ autoscale }: Workload, cluster: Cluster): readonly ScaleQueue[] {
  return (autoscale?.queues ?? []).filter((queue) => triggerOf(queue, cluster) !== undefined);
}

/** A ScaledObject, of which KEDA makes the autoscaler, and what it reads the Secrets of servers with. */
export function scaledObjectsOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const { autoscale = {}, name } = workload;
  const queues = watchedQueues(workload, cluster);
  const least = Math.max(0, autoscale.min ?? 1);
  const metadata = (of: string) => ({ name: of, namespace: cluster.namespace, labels: labelsOf(workload, cluster) });
  const usage = (type: 'cpu' | 'memory') =>
    autoscale[type] === undefined
      ? []
      : [{ type, metricType: 'Utilization', metadata: { value: String(autoscale[type]) } }];
  const logins = new Map<string, Trigger['login']>();
  const triggers = queues.flatMap((queue) => {
    const trigger = triggerOf(queue, cluster);
    if (!trigger) return [];
    const { type, metadata: what, login } = trigger;
    const needsLogin = Object.keys(login).length > 0;
    if (needsLogin) logins.set(queue.server, login);
    return [{ type, metadata: what, ...(needsLogin && { authenticationRef: { name: `${name}-${queue.server}` } }) }];
  });
  return [
    ...[...logins].map(([server, login]) => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'TriggerAuthentication',
      metadata: metadata(`${name}-${server}`),
      spec: {
        secretTargetRef: Object.entries(login).map(([parameter, key]) => ({
          parameter,
          name: appSecretName(server),
          key,
        })),
      },
    })),
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: metadata(name),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicaCount: least,
        maxReplicaCount: Math.max(1, least, autoscale.max ?? least),
        triggers: [...triggers, ...usage('cpu'), ...usage('memory')],
      },
    },
  ];
}

/** KEDA is in a namespace of its own, and asks this port of a server how much waits. */
export function watchedPort(server: Workload, cluster: Cluster): WorkloadPort | undefined {
  const queues = cluster.workloads.flatMap((workload) => watchedQueues(workload, cluster));
  const queue = queues.find((one) => one.server === server.name);
  return queue && portOf(queue, server);
}

export function watcherRule(port: WorkloadPort): Record<string, unknown> {
  return {
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': KEDA } } }],
    ports: [{ protocol: protocolOf(port), port: port.number }],
  };
}

function portOf({ engine }: ScaleQueue, { ports }: Workload): WorkloadPort | undefined {
  return engine === 'nats' ? ports.find(({ name }) => name === 'monitoring') : ports[0];
}

/** In the words of https://keda.sh/docs/scalers. A number wakes it there when there is more than that. */
function triggerOf(queue: ScaleQueue, cluster: Cluster): Trigger | undefined {
  const { server: name, key, target, activation = 1 } = queue;
  const [goal, sleeps] = [String(target), String(activation - 1)];
  const server = cluster.workloads.find((one) => one.name === name);
  const port = server && portOf(queue, server)?.number;
  const address = port === undefined ? undefined : `${name}.${cluster.namespace}.svc:${port}`;
  const known = cluster.bindings.find((one) => one.server === name)?.values ?? {};
  const [first = '', ...rest] = key.split('/');
  const second = rest.join('/');
  switch (queue.engine) {
    case 'rabbitmq':
      if (known['uri'] === undefined) return undefined;
      return {
        type: 'rabbitmq',
        metadata: { mode: 'QueueLength', queueName: key, value: goal, activationValue: sleeps },
        login: { host: 'uri' },
      };
    case 'redis':
    case 'valkey': {
      const list = { listName: key, listLength: goal, activationListLength: sleeps };
      if (['host', 'port', 'password'].every((one) => known[one] !== undefined))
        return { type: 'redis', metadata: list, login: { host: 'host', port: 'port', password: 'password' } };
      return address === undefined ? undefined : { type: 'redis', metadata: { address, ...list }, login: {} };
    }
    case 'nats':
      if (address === undefined) return undefined;
      return {
        type: 'nats-jetstream',
        metadata: {
          natsServerMonitoringEndpoint: address,
          account: '$G',
          stream: first,
          consumer: second,
          lagThreshold: goal,
          activationLagThreshold: sleeps,
        },
        login: {},
      };
    case 'kafka':
      if (address === undefined) return undefined;
      return {
        type: 'kafka',
        metadata: {
          bootstrapServers: address,
          topic: first,
          consumerGroup: second,
          lagThreshold: goal,
          activationLagThreshold: sleeps,
        },
        login: {},
      };
    default:
      return undefined;
  }
}
