import type { ContainerResource } from '../core/stack.ts';
import { databasesName, databasesWorkload } from './databases.ts';
import type { Planning } from './planning.ts';
import { poolerWorkload } from './pooler.ts';
import type { Need, Workload } from './workload.ts';

/** What runs for a server beside it. A name that is taken by the config is a problem. */
export function companionsOf(resource: ContainerResource, server: Workload, planning: Planning): readonly Workload[] {
  const wanted = [poolerWorkload(resource, server, planning), databasesWorkload(resource, server, planning)];
  return wanted.flatMap((one) => {
    if (!one) return [];
    const other = planning.stack.resources.find(({ name }) => name === one.name);
    if (!other) return [one];
    const what = one.standsBefore === undefined ? 'makes its databases' : 'is its pooler';
    const message = `${resource.name} has a ${one.name} beside it there, which ${what}, and another resource (${other.at}) has that name. Rename one of the two.`;
    planning.problem(resource, 'name-taken', message);
    return [];
  });
}

/** Whoever waits for a server waits as well for what it is reached through, and for its databases. */
export function withCompanions(
  { needs, role, engine }: Workload,
  { poolers }: Pick<Planning, 'poolers'>,
  made: ReadonlySet<string>,
): readonly Need[] {
  if (engine !== undefined) return needs;
  return needs.flatMap((need): readonly Need[] => {
    const pooler = role === 'task' ? undefined : poolers.get(need.on);
    const task = databasesName(need.on);
    return [
      need,
      ...(pooler !== undefined && made.has(pooler) ? [{ on: pooler, gate: need.gate }] : []),
      ...(need.gate === 'ready' && made.has(task) ? [{ on: task, gate: 'done' } as const] : []),
    ];
  });
}
