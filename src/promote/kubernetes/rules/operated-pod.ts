import type { KubeObject } from '../object.ts';
import { textAt } from './data.ts';
import { kindIs, namespaceOf, type Pod } from './pod.ts';

type Labels = (name: string, own: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;

/** Kinds of operators by whose objects pods come to be, with the labels those have that Services and policies go by. */
const KINDS: readonly (readonly [kind: string, group: string, labels: Labels])[] = [
  ['Cluster', 'postgresql.cnpg.io', (name) => ({ 'cnpg.io/cluster': name })],
  ['MongoDBCommunity', 'mongodbcommunity.mongodb.com', (name) => ({ app: `${name}-svc` })],
  ['RabbitmqCluster', 'rabbitmq.com', (name) => ({ 'app.kubernetes.io/name': name })],
  ['RedisReplication', 'redis.redis.opstreelabs.in', (_name, own) => ({ ...own, 'redis-role': 'master' })],
];

/** A name for a Service of the same namespace that is not among the files: its pods somebody else makes, by the same labels. */
function isNameOfOthers(object: KubeObject): boolean {
  const elsewhere = textAt(object, 'spec', 'externalName') ?? '';
  return kindIs(object, 'Service') && elsewhere.endsWith(`.${namespaceOf(object)}.svc.cluster.local`);
}

/** There to be selected, and held against no rule: what is in it the operator says. */
export function operatedPod(object: KubeObject): Pod | undefined {
  const own = object.metadata.labels ?? {};
  const found = KINDS.find(([kind, group]) => kindIs(object, kind, group));
  if (!found && !isNameOfOthers(object)) return undefined;
  const labels = found?.[2](object.metadata.name, own) ?? own;
  return {
    owner: object,
    namespace: namespaceOf(object),
    labels,
    annotations: {},
    spec: {},
    containers: [],
    ends: false,
    replicas: undefined,
  };
}
