import type { Adopted } from './adopted.ts';
import { namedIn, object } from './expression.ts';

/**
 * What is named comes first. In a circle, which env alone can make, one has its env in a function; `late` says which.
 */
export function inOrder(resources: readonly Adopted[]): {
  readonly resources: readonly Adopted[];
  readonly late: ReadonlySet<string>;
} {
  const placed: Adopted[] = [];
  const late = new Set<string>();
  let left = resources.map((resource) => ({ resource, names: namesOf(resource) }));
  const isThere = (name: string): boolean => !left.some(({ resource }) => resource.name === name);
  while (left.length > 0) {
    const next =
      left.find(({ names }) => [...names.strict, ...names.env].every(isThere)) ??
      left.find(({ names }) => names.strict.every(isThere)) ??
      left[0];
    if (next === undefined) break;
    if (!next.names.env.every(isThere)) late.add(next.resource.name);
    placed.push(next.resource);
    left = left.filter((other) => other !== next);
  }
  return { resources: placed, late };
}

function namesOf({ name, options }: Adopted): { readonly strict: readonly string[]; readonly env: readonly string[] } {
  const env = options.filter(([key]) => key === 'env');
  const strict = options.filter(([key]) => key !== 'env');
  // Its own address in its own env is read later, too.
  return { strict: namedIn(object(strict)).filter((other) => other !== name), env: namedIn(object(env)) };
}
