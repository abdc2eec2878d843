import type { KubeObject } from '../../../../src/promote/kubernetes/object.ts';
import { good } from './good-objects.ts';

/** Fields and places in lists on the way, with spaces between them: labels have dots and slashes. */
export type Change = readonly [object: string, path: string, value: unknown];

/** The good objects with changes: an undefined value takes the field out. Without a path the object goes. */
export function changed(...changes: readonly Change[]): readonly KubeObject[] {
  return changes.reduce<readonly KubeObject[]>((objects, [name, path, value]) => {
    if (!objects.some((object) => nameOf(object) === name)) throw new Error(`there is no ${name}`);
    return objects.flatMap((object) => {
      if (nameOf(object) !== name) return [object];
      return path === '' ? [] : [{ ...object, ...replaced(object, path.split(' '), value) }];
    });
  }, good);
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

function replaced(of: unknown, [first = '', ...rest]: readonly string[], value: unknown): object {
  const before: Readonly<Record<string, unknown>> = typeof of === 'object' ? { ...of } : {};
  const after = { ...before, [first]: rest.length === 0 ? value : replaced(before[first], rest, value) };
  if (!Array.isArray(of)) return after;
  return Object.values(after).filter((one) => one !== undefined);
}
