import { nearest } from '../config/suggest.ts';
import { FailureError } from '../core/failure.ts';

/** Resources and groups a command line may name. */
export interface KnownNames {
  readonly resources: readonly string[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** Group names become their members; an unknown name fails with a guess. */
export function resolveNames(known: KnownNames, command: string, names: readonly string[]): readonly string[] {
  const resolved = names.flatMap((name) => {
    if (known.resources.includes(name)) return [name];
    const members = Object.hasOwn(known.groups, name) ? known.groups[name] : undefined;
    if (members) return members;
    const groups = Object.keys(known.groups);
    const suggestion = nearest(name, [...known.resources, ...groups]);
    throw new FailureError({
      code: 'unknown-name',
      command,
      name,
      resources: known.resources,
      groups,
      ...(suggestion !== undefined && { suggestion }),
    });
  });
  return [...new Set(resolved)];
}
