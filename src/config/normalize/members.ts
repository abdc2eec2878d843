import type { Resource } from '../../core/stack.ts';
import { isResource, resourceKey } from '../brand.ts';
import { wrong } from '../checks.ts';
import { kebabName, nameTrouble } from '../names.ts';
import type { Scope } from '../scope.ts';
import { isPlain } from '../shape.ts';
import { show } from '../show.ts';
import { didYouMean } from '../suggest.ts';

export type Groups = { readonly [group: string]: readonly string[] };

/** Groups with the names of their members. */
export function groupsOf(written: unknown, scope: Scope): Groups {
  if (written === undefined) return {};
  if (!isPlain(written)) return wrong('stack.groups', scope, 'an object', written) ?? {};
  const groups = new Map<string, readonly string[]>();
  for (const [key, members] of Object.entries(written)) {
    const name = kebabName(key);
    const trouble = nameTrouble(key);
    if (trouble !== undefined)
      scope.problem('bad-name', `groups.${key}`, `groups: ${JSON.stringify(key)} cannot be a name: ${trouble}.`);
    const same = scope.reading.names.get(name);
    if (same) {
      const message = `groups.${key} has the name of a resource. Name one of them differently: both are used on the command line.`;
      scope.problem('duplicate-name', `groups.${key}`, message);
    }
    if (groups.has(name)) scope.problem('duplicate-name', `groups.${key}`, `groups: two groups are called "${name}".`);
    groups.set(name, [...new Set(membersOf(members, `groups.${key}`, scope))]);
  }
  return Object.fromEntries(groups);
}

function membersOf(written: unknown, path: string, scope: Scope): readonly string[] {
  if (isResource(written)) {
    const { kind } = written[resourceKey];
    const found = scope.reading.find(written, path);
    if (kind !== 'database') return found ? [found.name] : [];
    scope.problem(
      'foreign-member',
      path,
      `${path} contains a database. Put its server "${found?.key ?? ''}" there instead.`,
    );
    return [];
  }
  if (Array.isArray(written)) {
    const items: readonly unknown[] = written;
    return items.flatMap((item) => membersOf(item, path, scope));
  }
  if (isPlain(written)) return Object.values(written).flatMap((item) => membersOf(item, path, scope));
  const fix = typeof written === 'string' ? ` Use the constant without quotes: ${written}` : '';
  scope.problem('foreign-member', path, `${path} must contain resources, not ${show(written, scope)}.${fix}`);
  return [];
}

/** The resources a bare `up` starts. */
export function defaultOf(
  written: unknown,
  resources: readonly Resource[],
  groups: Groups,
  scope: Scope,
): readonly string[] {
  if (written === undefined) return resources.filter((resource) => resource.autostart).map((resource) => resource.name);
  if (!Array.isArray(written)) return wrong('stack.default', scope, 'a list of names', written) ?? [];
  const items: readonly unknown[] = written;
  const names = items.flatMap((item): readonly string[] => {
    if (typeof item !== 'string') {
      const hint = isResource(item) ? ' Put its name in quotes.' : '';
      scope.problem('wrong-type', 'stack.default', `default must contain names, not ${show(item, scope)}.${hint}`);
      return [];
    }
    const name = kebabName(item);
    if (scope.reading.names.has(name)) return [name];
    const members = Object.hasOwn(groups, name) ? groups[name] : undefined;
    if (members) return members;
    const known = [...scope.reading.names.values()].map((listed) => listed.key);
    const hint = didYouMean(item, [...known, ...Object.keys(groups)]);
    scope.problem('foreign-member', 'stack.default', `default: no resource or group "${item}".${hint}`);
    return [];
  });
  return [...new Set(names)];
}
