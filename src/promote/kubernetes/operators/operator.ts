import type { Operated } from '../../operated.ts';
import type { Workload } from '../../workload.ts';

/** What the operator of a server has its pods by, and what they need of the network. */
export interface OperatorFacts {
  /** The label it gives every pod of a server. */
  podLabel(server: string): Readonly<Record<string, string>>;
  /** Besides, of the one pod that takes what is written, where the operator has no Service under the name of the server. */
  readonly firstLabel?: Readonly<Record<string, string>>;
  /** The namespace it is usually installed into, where there is one. */
  readonly namespace?: string;
}

const OPERATORS: Readonly<Record<Operated['operator'], OperatorFacts>> = {
  'cloudnative-pg': { podLabel: (server) => ({ 'cnpg.io/cluster': server }), namespace: 'cnpg-system' },
  mongodb: { podLabel: (server) => ({ app: `${server}-svc` }), namespace: 'mongodb' },
  rabbitmq: { podLabel: (server) => ({ 'app.kubernetes.io/name': server }), namespace: 'rabbitmq-system' },
  // Its pods, and those that watch them, have the labels of the objects they are made of.
  redis: {
    podLabel: (server) => ({ 'app.kubernetes.io/instance': server }),
    firstLabel: { 'redis-role': 'master' },
    namespace: 'ot-operators',
  },
  // Of the release, which has the name of the server.
  'redis-chart': { podLabel: (server) => ({ 'app.kubernetes.io/instance': server }) },
};

export function operatorFacts({ operator }: Operated): OperatorFacts {
  return OPERATORS[operator];
}

/** What is a task of ours elsewhere, an operator does by itself: databases are objects of their own. */
export function withoutTasksOfOperators(workloads: readonly Workload[]): readonly Workload[] {
  const operated = new Set(workloads.flatMap((one) => (one.operated ? [one.name] : [])));
  const isLeft = ({ role, engine, reaches }: Workload) =>
    role === 'task' && engine !== undefined && reaches.some((name) => operated.has(name));
  const left = new Set(workloads.filter(isLeft).map(({ name }) => name));
  if (left.size === 0) return workloads;
  return workloads
    .filter(({ name }) => !left.has(name))
    .map((one) => ({ ...one, needs: one.needs.filter(({ on }) => !left.has(on)) }));
}

/** Where no operator is: a StatefulSet, whose pods have the label that policies of the others go by. */
export function withoutOperator(workload: Workload): Workload {
  const { operated, ...rest } = workload;
  if (!operated) return workload;
  const { podLabel, firstLabel } = operatorFacts(operated);
  const labels = { ...rest.cluster.labels, ...podLabel(workload.name), ...firstLabel };
  return { ...rest, cluster: { ...rest.cluster, labels } };
}
