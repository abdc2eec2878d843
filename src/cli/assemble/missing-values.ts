import { environmentOf } from '../../config/environment.ts';
import type { Failure } from '../../core/failure.ts';
import type { Stack } from '../../core/stack.ts';
import type { Values } from './values.ts';

/** Which values have no value, for everything about to start: said before anything runs. */
export function missingValues(stack: Stack, names: readonly string[], values: Values): readonly Failure[] {
  const users = new Map<string, { code: 'secret-missing' | 'param-missing'; usedBy: string[] }>();
  for (const resource of stack.resources) {
    if (!names.includes(resource.name)) continue;
    const build = values.buildOf(resource);
    const own = environmentOf(resource, values.native, 'dev').missing;
    const inFiles = resource.kind === 'container' ? values.filesOf(resource).missing : [];
    for (const ref of [...own, ...inFiles, ...(build?.args.missing ?? []), ...(build?.secrets.missing ?? [])]) {
      if (ref.kind !== 'secret' && ref.kind !== 'param') continue;
      const entry = users.get(ref.name) ?? { code: `${ref.kind}-missing` as const, usedBy: [] };
      if (!entry.usedBy.includes(resource.name)) entry.usedBy.push(resource.name);
      users.set(ref.name, entry);
    }
  }
  return [...users].map(([name, { code, usedBy }]) => ({ code, name, usedBy }));
}
