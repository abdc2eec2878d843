import { operatedSet } from '../../../kinds/mongodb.ts';
import { SRV } from '../../bindings.ts';
import type { Binding } from '../../bindings.ts';
import type { Workload } from '../../workload.ts';
import type { Cluster } from '../cluster.ts';
import { changedValue, escaped, withTexts } from '../https.ts';
import { withoutOperator } from './operator.ts';

/** The same where no operator is: one of each, and nobody is told of members of a set. */
export function withoutOperators(
  workloads: readonly Workload[],
  { namespace, bindings }: Pick<Cluster, 'namespace' | 'bindings'>,
): { readonly workloads: readonly Workload[]; readonly bindings: readonly Binding[] } {
  const sets = workloads.flatMap(({ name, operated, ports }) => {
    if (operated?.operator !== 'mongodb') return [];
    const [host, port = 0] = [`${name}.${namespace}.svc`, ports[0]?.number];
    const { hosts } = operatedSet(host, port, operated.members);
    const address = new RegExp(`(?<=@)${escaped(hosts)}(/[^?]*\\?authSource=admin)&replicaSet=${escaped(name)}`, 'g');
    return [{ name, address, alone: `${host}:${port}$1` }];
  });
  const there = (text: string) => sets.reduce((all, { address, alone }) => all.replace(address, alone), text);
  const names = new Set(sets.map(({ name }) => name));
  return {
    workloads: withTexts(workloads.map(withoutOperator), there),
    bindings: bindings.map((one) => (names.has(one.server) ? { ...one, values: alone(one, there) } : one)),
  };
}

function alone({ values }: Binding, there: (text: string) => string): Binding['values'] {
  const left = Object.entries(values).filter(([key]) => key !== SRV);
  return Object.fromEntries(left.map(([key, value]) => [key, changedValue(value, there)]));
}
