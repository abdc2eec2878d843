import type { Resource } from '../../core/stack.ts';
import type { Reading } from '../scope.ts';
import { resourceKey } from '../brand.ts';
import type { Branded } from '../brand.ts';
import { circlesOf } from './dependencies.ts';

/** Problems that show only when all resources are known. */
export function checkTogether(
  resources: readonly Resource[],
  sources: ReadonlyMap<string, Branded>,
  reading: Reading,
): void {
  checkPorts(resources, sources, reading);
  checkCircles(resources, sources, reading);
  checkManualTasks(resources, sources, reading);
}

function checkPorts(resources: readonly Resource[], sources: ReadonlyMap<string, Branded>, reading: Reading): void {
  const taken = new Map<number, string>();
  for (const resource of resources) {
    const key = reading.names.get(resource.name)?.key ?? resource.name;
    for (const port of resource.ports) {
      if (port.port === 'auto') continue;
      const label = resource.ports.length === 1 ? `${key}.port` : `${key}.ports.${port.name}`;
      const other = taken.get(port.port);
      if (other === undefined) {
        taken.set(port.port, label);
        continue;
      }
      const message = `${other} and ${label} are both ${port.port}. Give one of them another number, or 'auto'.`;
      reading.report('port-clash', sources.get(resource.name)?.[resourceKey].place, message);
    }
  }
}

function checkCircles(resources: readonly Resource[], sources: ReadonlyMap<string, Branded>, reading: Reading): void {
  for (const circle of circlesOf(resources)) {
    const keys = circle.map((name) => reading.names.get(name)?.key ?? name).join(' → ');
    const explicit = circle
      .slice(1)
      .every((on, index) => dependsOnNames(sources.get(circle[index] ?? ''), reading).includes(on));
    const message = explicit
      ? `dependsOn forms a circle: ${keys}. Remove one. A URL alone (env) never needs dependsOn.`
      : `These wait for each other: ${keys}. A value of infra or a container waits until that is ready. Remove one of them.`;
    reading.report('cycle', sources.get(circle[0] ?? '')?.[resourceKey].place, message);
  }
}

/** Who a resource names in `dependsOn`, as opposed to what it waits for because of a value. */
function dependsOnNames(resource: Branded | undefined, reading: Reading): readonly string[] {
  const options = resource?.[resourceKey].options;
  const written: unknown = options && 'dependsOn' in options ? options.dependsOn : undefined;
  const items: readonly unknown[] = Array.isArray(written) ? written : [written];
  return items.flatMap((item) => {
    const found = typeof item === 'object' && item !== null ? reading.listed.get(item) : undefined;
    return found ? [found.name] : [];
  });
}

/** Nothing starts a manual task by itself, so who waits for it would wait for ever. */
function checkManualTasks(
  resources: readonly Resource[],
  sources: ReadonlyMap<string, Branded>,
  reading: Reading,
): void {
  const manual = new Set(resources.flatMap((one) => (one.kind === 'task' && one.when === 'manual' ? [one.name] : [])));
  for (const resource of resources) {
    const task = resource.dependencies.find(({ on }) => manual.has(on));
    if (!task) continue;
    const [key, other] = [resource.name, task.on].map((name) => reading.names.get(name)?.key ?? name);
    const message = `${key}.dependsOn waits for ${other}, a task with when: 'manual', which nothing starts. Remove one of the two.`;
    reading.report('contradiction', sources.get(resource.name)?.[resourceKey].place, message);
  }
}
