import type { Workload } from '../workload.ts';

/** Who is in which network: those who talk to a server or service meet it there, and nobody else. */
export interface Networks {
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** Name to whether the world outside can be reached from it. */
  readonly all: ReadonlyMap<string, { readonly isInternal: boolean }>;
}

/** A way out, and from outside in, for what has no other. Those in it do not see each other. */
export const OUTSIDE = 'outside';

/**
 * One network for each group of those that are reached by the same ones: engines have only some thirty networks to give
 * for all projects together.
 */
export function networksOf(workloads: readonly Workload[]): Networks {
  const callers = new Map<string, string[]>();
  for (const { name, reaches } of workloads)
    for (const other of reaches) callers.set(other, [...(callers.get(other) ?? []), name]);
  const groups = new Map<string, string[]>();
  for (const { name, ports } of workloads) {
    const key = callers.get(name)?.toSorted().join(' ');
    if (key !== undefined && ports.length > 0) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const of = new Map<string, string[]>();
  const all = new Map<string, { readonly isInternal: boolean }>();
  const join = (name: string, network: string) => {
    const joined = of.get(name) ?? [];
    if (!joined.includes(network)) of.set(name, [...joined, network]);
  };
  const byName = new Map(workloads.map((workload) => [workload.name, workload]));
  for (const [key, members] of groups) {
    const network = members.length > 3 ? `${members[0]}-and-${members.length - 1}-more` : members.join('-');
    all.set(network, { isInternal: members.every((name) => isInner(byName.get(name))) });
    for (const name of [...members, ...key.split(' ')]) join(name, network);
  }
  // Nobody who is reached by another may be in there with it: a name could lead to where they do not see each other.
  for (const workload of workloads) {
    const joined = of.get(workload.name) ?? [];
    if (joined.some((network) => all.get(network)?.isInternal === false)) continue;
    if (joined.length > 0 && isInner(workload)) continue;
    all.set(OUTSIDE, { isInternal: false });
    join(workload.name, OUTSIDE);
  }
  return { of, all };
}

/** A server that has no business outside. */
function isInner(workload: Workload | undefined): boolean {
  return workload?.engine !== undefined && !workload.ports.some(({ outside }) => outside);
}
