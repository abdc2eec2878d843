import type { Branded } from '../brand.ts';
import { isResource, resourceKey, thisCopy } from '../brand.ts';
import { kebabName, nameTrouble } from '../names.ts';
import type { Reading, Scope } from '../scope.ts';
import { isPlain } from '../shape.ts';
import { show } from '../show.ts';
import { portNames } from './ports.ts';

/** Gives every resource its name, before any of them is read: they refer to each other. */
export function listResources(written: unknown, reading: Reading, scope: Scope): readonly Branded[] {
  if (!isPlain(written)) {
    const message = `resources must be an object of resources, not ${show(written, scope)}. Write resources: { db, api }.`;
    scope.problem('wrong-type', 'stack.resources', message);
    return [];
  }
  const found: Branded[] = [];
  for (const [key, value] of Object.entries(written)) {
    if (isResource(value) && isOurs(value, key, scope) && list(value, key, reading, scope)) found.push(value);
    if (!isResource(value)) notAResource(value, key, scope);
  }
  return found;
}

function list(resource: Branded, key: string, reading: Reading, scope: Scope): boolean {
  const { kind, options, place, server } = resource[resourceKey];
  const name = kebabName(key);
  const trouble = nameTrouble(key);
  if (trouble !== undefined) {
    reading.report('bad-name', place, `resources: ${JSON.stringify(key)} cannot be a name: ${trouble}.`);
    return false;
  }
  if (server) {
    const owner = Object.entries(Object.fromEntries(reading.names)).find(
      ([, listed]) => reading.listed.get(server) === listed,
    );
    const of = owner ? ` of "${owner[0]}"` : '';
    reading.report(
      'not-a-resource',
      scope.place,
      `resources.${key} is a database${of}, not a server of its own. Take it out of resources and use its values.`,
    );
    return false;
  }
  const twin = reading.listed.get(resource);
  if (twin) {
    reading.report(
      'duplicate-name',
      place,
      `${twin.key} and ${key} are the same ${kind}(). List it once; groups give other names.`,
    );
    return false;
  }
  const other = reading.names.get(name);
  if (other) {
    reading.report('duplicate-name', place, `${other.key} and ${key} both become "${name}". Rename one of them.`);
    return false;
  }
  const listed = { key, name, kind, ports: portNames(options), given: given(options) };
  reading.listed.set(resource, listed);
  reading.names.set(name, listed);
  return true;
}

function given(options: unknown): ReadonlySet<string> {
  return new Set(
    Object.entries(isPlain(options) ? options : {}).flatMap(([option, value]) => (value === undefined ? [] : [option])),
  );
}

function notAResource(value: unknown, key: string, scope: Scope): void {
  const holdsResources = isPlain(value) && Object.values(value).some((inner) => isResource(inner));
  const fix = holdsResources ? `Spread it: ...${key}` : 'Make it with service(), postgres() and the like.';
  const what = holdsResources ? 'an object of resources' : show(value, scope);
  scope.problem('not-a-resource', `resources.${key}`, `resources.${key} is ${what}, not a resource. ${fix}`);
}

function isOurs(resource: Branded, key: string, scope: Scope): boolean {
  const { copy } = resource[resourceKey];
  const ours = thisCopy();
  if (copy.version === ours.version) return true;
  const message = `${key} was made by devstack ${copy.version} (${copy.folder}), but this is devstack ${ours.version}. Keep one: npm dedupe, or npm ls devstack to see who brings the other.`;
  scope.problem('two-copies', `resources.${key}`, message);
  return false;
}
