import { refsOf } from './ref.ts';
import type { Resource, Stack } from './stack.ts';

/** Names of resources that gate on `name`, by stack. Stacks are immutable, so the index is built once each. */
const dependentIndex = new WeakMap<readonly Resource[], ReadonlyMap<string, readonly string[]>>();

export function dependentsOf(stack: Stack, name: string): readonly string[] {
  let index = dependentIndex.get(stack.resources);
  if (!index) {
    const built = new Map<string, string[]>();
    for (const resource of stack.resources) {
      for (const { on } of resource.dependencies) {
        const list = built.get(on);
        if (list) list.push(resource.name);
        else built.set(on, [resource.name]);
      }
    }
    index = built;
    dependentIndex.set(stack.resources, index);
  }
  return index.get(name) ?? [];
}

/** Who is given an address of `name` when it starts. */
export function readersOf(stack: Stack, name: string): readonly string[] {
  return stack.resources.flatMap((resource) => {
    const external = resource.kind === 'container' ? resource.settings.external : undefined;
    const templates = [...Object.values(resource.env), ...(external ? [external] : [])];
    const reads = templates.flatMap(refsOf).some((ref) => ref.kind === 'resource' && ref.resource === name);
    return reads && resource.name !== name ? [resource.name] : [];
  });
}

/** `names` and everything they need or belong together with, in the order of the stack. */
export function closureOf(stack: Stack, names: readonly string[]): readonly string[] {
  const byName = new Map(stack.resources.map((resource) => [resource.name, resource]));
  const found = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const resource = byName.get(name);
    if (!resource || found.has(name)) continue;
    found.add(name);
    queue.push(...resource.dependencies.map(({ on }) => on), ...resource.companions);
  }
  return stack.resources.map(({ name }) => name).filter((name) => found.has(name));
}

/** The first circle of gates, as the names along it with the first one repeated at the end. */
export function findCycle(
  resources: readonly Pick<Resource, 'name' | 'dependencies'>[],
): readonly string[] | undefined {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): readonly string[] | undefined => {
    if (finished.has(name)) return undefined;
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name];
    path.push(name);
    for (const { on } of byName.get(name)?.dependencies ?? []) {
      const cycle = visit(on);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(name);
    return undefined;
  };
  for (const { name } of resources) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Dependencies before their dependents; ties keep the order of the stack. */
export function startOrder(stack: Stack): readonly string[] {
  const byName = new Map(stack.resources.map((resource) => [resource.name, resource]));
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    if (ordered.has(name)) return;
    for (const { on } of byName.get(name)?.dependencies ?? []) visit(on);
    ordered.add(name);
  };
  for (const { name } of stack.resources) visit(name);
  return [...ordered];
}
