import type { KubeObject } from '../promote/kubernetes/object.ts';
import { runnerOf } from './runner.ts';
import type { Runner } from './runner.ts';

/** Objects that are applied together, and those of them that have to be up before the next wave. */
export interface Wave {
  readonly objects: readonly KubeObject[];
  readonly runners: readonly Runner[];
}

/** `needs` has whom each resource waits for. Everything that runs nothing comes first, and each by each what needs it. */
export function wavesOf(
  objects: readonly KubeObject[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly Wave[] {
  const all = objects.map((object) => ({ object, runner: runnerOf(object) }));
  const still = all.flatMap(({ object, runner }) => (runner ? [] : [object]));
  const depth = depths(needs);
  const waves = new Map<number, { readonly object: KubeObject; readonly runner: Runner }[]>();
  for (const { object, runner } of all) {
    if (!runner) continue;
    const at = depth(runner.resource);
    waves.set(at, [...(waves.get(at) ?? []), { object, runner }]);
  }
  const running = [...waves]
    .toSorted(([one], [other]) => one - other)
    .map(([, members]): Wave => {
      return { objects: members.map(({ object }) => object), runners: members.map(({ runner }) => runner) };
    });
  const first = still.toSorted((one, other) => rank(one) - rank(other));
  return [{ objects: first, runners: [] }, ...running];
}

function rank({ kind }: KubeObject): number {
  const found = ORDER.indexOf(kind);
  return found === -1 ? ORDER.length : found;
}

const ORDER: readonly string[] = [
  'Namespace',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'NetworkPolicy',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Service',
];

function depths(needs: ReadonlyMap<string, readonly string[]>): (name: string) => number {
  const known = new Map<string, number>();
  const depth = (name: string, above: readonly string[]): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    // Of a circle nobody can be first.
    if (above.includes(name)) return 0;
    const below = (needs.get(name) ?? []).map((other) => depth(other, [...above, name]) + 1);
    const result = Math.max(0, ...below);
    known.set(name, result);
    return result;
  };
  return (name) => depth(name, []);
}
