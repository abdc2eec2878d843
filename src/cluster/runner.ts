import type { KubeObject } from '../promote/kubernetes/object.ts';
import { at, numberAt, textAt } from '../promote/kubernetes/rules/data.ts';

/** What operators make servers of, as kubectl asks for it; of the kinds of others with such names there are none here. */
export const OPERATED = {
  Cluster: 'clusters.postgresql.cnpg.io',
  RabbitmqCluster: 'rabbitmqclusters.rabbitmq.com',
  MongoDBCommunity: 'mongodbcommunity.mongodbcommunity.mongodb.com',
  RedisReplication: 'redisreplications.redis.redis.opstreelabs.in',
} as const;

/** An object that has pods and comes to something: up, or done. */
export interface Runner {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | keyof typeof OPERATED;
  readonly name: string;
  /** Of the stack. */
  readonly resource: string;
  /** What its pods are found by. */
  readonly instance: string;
  readonly image: string;
}

export function runnerOf(object: KubeObject): Runner | undefined {
  const { kind } = object;
  if (!isRunning(kind)) return undefined;
  const labels = object.metadata.labels ?? {};
  const { name } = object.metadata;
  const instance =
    textAt(object, 'spec', 'template', 'metadata', 'labels', 'app.kubernetes.io/instance') ??
    labels['app.kubernetes.io/instance'] ??
    name;
  const containers = at(object, 'spec', 'template', 'spec', 'containers');
  const image = textAt(Array.isArray(containers) ? containers[0] : undefined, 'image') ?? '';
  return { kind, name, resource: labels['app.kubernetes.io/name'] ?? name, instance, image };
}

function isRunning(kind: string): kind is Runner['kind'] {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', ...Object.keys(OPERATED)].includes(kind);
}

/** How far one is, by what the cluster says of it. */
export interface Progress {
  readonly state: 'waiting' | 'up' | 'failed';
  readonly ready: number;
  readonly wanted: number;
}

export function progressOf({ kind }: Pick<Runner, 'kind'>, live: unknown): Progress {
  const wanted = numberAt(live, 'spec', COUNTS[kind] ?? 'replicas') ?? 1;
  const isSeen =
    (numberAt(live, 'status', 'observedGeneration') ?? 0) >= (numberAt(live, 'metadata', 'generation') ?? 1);
  const count = (field: string): number => numberAt(live, 'status', field) ?? 0;
  switch (kind) {
    case 'Deployment': {
      const ready = count('availableReplicas');
      const isUp = isSeen && count('updatedReplicas') === wanted && ready >= wanted && count('replicas') === wanted;
      return { state: isUp ? 'up' : 'waiting', ready, wanted };
    }
    case 'StatefulSet': {
      const ready = count('readyReplicas');
      const isUp = isSeen && ready === wanted && count('updatedReplicas') === wanted && count('replicas') === wanted;
      return { state: isUp ? 'up' : 'waiting', ready, wanted };
    }
    case 'DaemonSet': {
      // How many there are to be is for the nodes to say.
      const all = count('desiredNumberScheduled');
      const ready = count('numberAvailable');
      const isUp = isSeen && ready >= all && count('updatedNumberScheduled') >= all;
      return { state: isUp ? 'up' : 'waiting', ready, wanted: all };
    }
    case 'Job': {
      const ready = count('succeeded');
      const state = hasCondition(live, 'Complete') ? 'up' : hasCondition(live, 'Failed') ? 'failed' : 'waiting';
      return { state, ready, wanted };
    }
    case 'Cluster':
      return { state: hasCondition(live, 'Ready') ? 'up' : 'waiting', ready: count('readyInstances'), wanted };
    case 'RabbitmqCluster': {
      const isUp = hasCondition(live, 'AllReplicasReady');
      return { state: isUp ? 'up' : 'waiting', ready: isUp ? wanted : 0, wanted };
    }
    case 'MongoDBCommunity': {
      const isUp = textAt(live, 'status', 'phase') === 'Running';
      return { state: isUp ? 'up' : 'waiting', ready: count('currentStatefulSetReplicas'), wanted };
    }
    case 'RedisReplication': {
      // Who is the first it says when all of them answer; of those before it says nothing.
      const isUp = (textAt(live, 'status', 'masterNode') ?? '') !== '';
      return { state: isUp ? 'up' : 'waiting', ready: isUp ? wanted : 0, wanted };
    }
  }
}

const COUNTS: Partial<Record<Runner['kind'], string>> = {
  Job: 'completions',
  Cluster: 'instances',
  MongoDBCommunity: 'members',
  RedisReplication: 'clusterSize',
};

export function hasCondition(live: unknown, type: string, status = 'True'): boolean {
  return conditionOf(live, type)?.['status'] === status;
}

export function conditionOf(live: unknown, type: string): Readonly<Record<string, unknown>> | undefined {
  const conditions = at(live, 'status', 'conditions');
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((one) => textAt(one, 'type') === type) as Readonly<Record<string, unknown>> | undefined;
}
