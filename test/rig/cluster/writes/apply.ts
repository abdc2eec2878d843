import { isSame } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import { isObject, timestamp } from '../object.ts';
import type { KubeObject, ManagedFields } from '../object.ts';
import { Refusal } from '../refusal.ts';
import { both, changedFields, fieldsOf, isNothing, pathsOf, without } from './fields.ts';
import type { Fields } from './fields.ts';
import { merge, remove } from './merge.ts';

export interface Manager {
  readonly name: string;
  readonly isForced?: boolean;
  readonly subresource?: string;
}

/** Server-side apply: the object as it is to be, or a refusal of fields that belong to others. */
export function apply(live: KubeObject | undefined, applied: KubeObject, { name, isForced }: Manager): KubeObject {
  const said = fieldsOf(applied);
  const entries = live?.metadata.managedFields ?? [];
  const isOwn = (entry: ManagedFields) => entry.manager === name && entry.operation === 'Apply';
  const own = entries.find(isOwn);
  const others = entries.filter((entry) => !isOwn(entry));
  const merged: KubeObject = live ? mergedObject(live, applied) : applied;
  const contested = live ? both(said, changedFields(live, merged)) : {};
  const conflicts = others.flatMap((entry) =>
    pathsOf(both(entry.fieldsV1, contested)).map((path) => ({ manager: nameOf(entry), path })),
  );
  if (conflicts.length > 0 && isForced !== true) throw conflict(conflicts);
  const left = others.map((entry) => ({ ...entry, fieldsV1: without(entry.fieldsV1, contested) }));
  const forgotten = own ? without(own.fieldsV1, said) : {};
  const unowned = left.reduce<Fields>((fields, entry) => without(fields, entry.fieldsV1), forgotten);
  const time = own && isSame(own.fieldsV1, said) ? own.time : timestamp();
  const managedFields: readonly ManagedFields[] = [
    { manager: name, operation: 'Apply', apiVersion: applied.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: said },
    ...left.filter((entry) => !isNothing(entry.fieldsV1)),
  ];
  return withManagers(isNothing(unowned) ? merged : objectFrom(remove(merged, unowned)), managedFields);
}

/** Any other write: what it changes is its own from then on. */
export function update(live: KubeObject | undefined, next: KubeObject, { name, subresource }: Manager): KubeObject {
  const entries = live?.metadata.managedFields ?? [];
  const changed = live ? changedFields(live, next) : fieldsOf(next);
  if (isNothing(changed)) return withManagers(next, entries);
  const isOwn = (entry: ManagedFields) =>
    entry.manager === name && entry.operation === 'Update' && entry.subresource === subresource;
  const before = entries.find(isOwn)?.fieldsV1 ?? {};
  const own: ManagedFields = {
    manager: name,
    operation: 'Update',
    apiVersion: next.apiVersion,
    time: timestamp(),
    fieldsType: 'FieldsV1',
    fieldsV1: merge(before, changed),
    ...(subresource !== undefined && { subresource }),
  };
  const others = entries
    .filter((entry) => !isOwn(entry))
    .map((entry) => ({ ...entry, fieldsV1: without(entry.fieldsV1, changed) }))
    .filter((entry) => !isNothing(entry.fieldsV1));
  return withManagers(next, [...others, own]);
}

function mergedObject(live: KubeObject, applied: KubeObject): KubeObject {
  return objectFrom(merge(live, applied));
}

function objectFrom(value: JsonMap): KubeObject {
  const whole: Json = value;
  if (!isObject(whole)) throw new Error('a merge lost what object it is');
  return whole;
}

function withManagers(object: KubeObject, managedFields: readonly ManagedFields[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function nameOf({ manager, operation, apiVersion, subresource }: ManagedFields): string {
  if (operation === 'Apply') return `"${manager}"`;
  return `"${manager}"${subresource === undefined ? '' : ` with subresource "${subresource}"`} using ${apiVersion}`;
}

function conflict(conflicts: readonly { readonly manager: string; readonly path: string }[]): Refusal {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field: path,
  }));
  const [first] = conflicts;
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].toSorted();
  const message =
    conflicts.length === 1 && first
      ? `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.path}`
      : `Apply failed with ${conflicts.length} conflicts: ${managers
          .flatMap((manager) => [
            `conflicts with ${manager}:`,
            ...conflicts.filter((one) => one.manager === manager).map(({ path }) => `- ${path}`),
          ])
          .join('\n')}`;
  return new Refusal(409, 'Conflict', message, { causes });
}
