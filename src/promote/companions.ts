import type { ContainerResource } from '../core/stack.ts';
import { databasesName, databasesWorkload } from './databases.ts';
import type { Planning } from './planning.ts';
import type { Need, Workload } from './workload.ts';

/** What runs for a server beside it. A name that is taken by the config is a problem. */
export function companionsOf(resource: ContainerResource, server: Workload, planning: Planning): readonly Workload[] {
  const wanted = [databasesWorkload(resource, server, planning)];
  return wanted.flatMap((one) => {
    if (!one) return [];
    const other = planning.stack.resources.find(({ name }) => name === one.name);
    if (!other) return [one];
    const message = `${resource.name} has a ${one.name} beside it there, which makes its databases, and another resource (${other.at}) has that name. Rename one of the two.`;
    planning.problem(resource, 'name-taken', message);
    return [];
  });
}

/** Whoever waits for a server waits for its databases as well. */
export function withCompanions({ needs, engine }: Workload, made: ReadonlySet<string>): readonly Need[] {
  if (engine !== undefined) return needs;
  return needs.flatMap((need): readonly Need[] => {
    const task = databasesName(need.on);
    return need.gate === 'ready' && made.has(task) ? [need, { on: task, gate: 'done' }] : [need];
  });
}
