import type { RefTarget, Template } from '../../core/ref.ts';
import type { Dependency, Resource } from '../../core/stack.ts';
import type { Branded } from '../brand.ts';
import type { Listed, Scope } from '../scope.ts';

export interface Edges {
  readonly dependencies: readonly Dependency[];
  readonly companions: readonly string[];
}

/** What a resource waits for and what comes up with it: `dependsOn`, and the values it reads in dev. */
export function edgesOf(
  self: string,
  dependsOn: readonly Listed[],
  templates: readonly Template[],
  names: ReadonlyMap<string, Listed>,
): Edges {
  const gates = new Map<string, Dependency>();
  const companions = new Set<string>();
  for (const { name, kind } of dependsOn) gates.set(name, { on: name, gate: kind === 'task' ? 'done' : 'ready' });
  for (const ref of templates.flatMap(devRefs)) {
    if (ref.kind !== 'resource' || ref.resource === self) continue;
    const kind = names.get(ref.resource)?.kind;
    if (kind === 'service') {
      // An origin is a name only: whoever lists it for CORS does not call it.
      if (!ref.part.endsWith('.origin')) companions.add(ref.resource);
    } else if (!gates.has(ref.resource)) {
      gates.set(ref.resource, { on: ref.resource, gate: 'ready' });
    }
  }
  return { dependencies: [...gates.values()], companions: [...companions].filter((name) => !gates.has(name)) };
}

/** The refs of a template that matter in dev. */
function devRefs(template: Template): readonly RefTarget[] {
  return template.flatMap((part): readonly RefTarget[] => {
    if (typeof part === 'string') return [];
    return part.kind === 'per-target' ? devRefs(part.values.dev ?? part.values.default ?? []) : [part];
  });
}

/** Resources as they are listed; databases stand for their server. */
export function listedOf(resources: readonly Branded[] | undefined, path: string, scope: Scope): readonly Listed[] {
  return (resources ?? []).flatMap((resource) => {
    const found = scope.reading.find(resource, path);
    return found ? [found] : [];
  });
}

/** One path per circle of gates, as names with the first repeated at the end. */
export function circlesOf(
  resources: readonly Pick<Resource, 'name' | 'dependencies'>[],
): readonly (readonly string[])[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const finished = new Set<string>();
  const circles: string[][] = [];
  const visit = (name: string, trail: readonly string[]) => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      circles.push([...trail.slice(start), name]);
      return;
    }
    if (finished.has(name)) return;
    for (const { on } of byName.get(name)?.dependencies ?? []) visit(on, [...trail, name]);
    finished.add(name);
  };
  for (const { name } of resources) visit(name, []);
  return circles;
}
