import { isList, isMap, isSame } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import type { KubeObject } from '../object.ts';
import { keyOf, shapeOf } from './lists.ts';

/** Fields as `managedFields` has them: nested, `f:` before a field, `k:` before an entry; `{}` is a whole one. */
export type Fields = JsonMap;

const SERVERS_OWN = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
]);

/** All that an object says, besides which object it is. */
export function fieldsOf({ apiVersion: _version, kind: _kind, metadata, ...rest }: KubeObject): Fields {
  const said = Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVERS_OWN.has(field)));
  const all: JsonMap = Object.keys(said).length > 0 ? { metadata: said, ...rest } : rest;
  return fieldsOfMap(all);
}

function fieldsOfMap(map: JsonMap): Fields {
  return Object.fromEntries(
    Object.entries(map).flatMap(([field, value]) =>
      value === undefined ? [] : [[`f:${field}`, fieldsOfValue(field, value)] as const],
    ),
  );
}

function fieldsOfValue(field: string, value: Json): Fields {
  const shape = shapeOf(field, value);
  if (shape === 'map') return isMap(value) ? fieldsOfMap(value) : {};
  if (shape === 'whole' || !isList(value)) return {};
  if (shape === 'set') return Object.fromEntries(value.map((entry) => [`v:${JSON.stringify(entry)}`, {}]));
  return Object.fromEntries(
    value.filter(isMap).map((entry) => [keyOf(entry, shape.keys), { '.': {}, ...fieldsOfMap(entry) }] as const),
  );
}

const isLeaf = (fields: JsonMap) => Object.keys(fields).length === 0;

export function isNothing(fields: Fields): boolean {
  return isLeaf(fields);
}

/** In one and not in the other. */
export function without(one: Fields, other: Fields): Fields {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, inner]) => {
      const others = other[key];
      if (!isMap(inner) || !isMap(others)) return [[key, inner] as const];
      if (isLeaf(inner)) return [];
      const rest = without(inner, others);
      return isLeaf(rest) ? [] : [[key, rest] as const];
    }),
  );
}

export function both(one: Fields, other: Fields): Fields {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, inner]) => {
      const others = other[key];
      if (!isMap(inner) || !isMap(others)) return [];
      if (isLeaf(inner) || isLeaf(others)) return [[key, {}] as const];
      const shared = both(inner, others);
      return isLeaf(shared) ? [] : [[key, shared] as const];
    }),
  );
}

/** As messages name them: `.spec.template.spec.containers[name="api"].image`. */
export function pathsOf(fields: Fields, before = ''): readonly string[] {
  return Object.entries(fields).flatMap(([key, inner]) => {
    if (key === '.') return [];
    const path = `${before}${pathOf(key)}`;
    return !isMap(inner) || Object.keys(inner).every((field) => field === '.') ? [path] : pathsOf(inner, path);
  });
}

function pathOf(key: string): string {
  if (key.startsWith('f:')) return `.${key.slice(2)}`;
  if (key.startsWith('v:')) return `[=${key.slice(2)}]`;
  const entry: unknown = JSON.parse(key.slice(2));
  const keys = isMap(entry) ? Object.entries(entry).map(([field, value]) => `${field}=${JSON.stringify(value)}`) : [];
  return `[${keys.join(',')}]`;
}

/** Fields of an object that are not what they were in another. */
export function changedFields(before: KubeObject, after: KubeObject): Fields {
  const strip = ({ metadata, ...rest }: KubeObject): JsonMap => {
    const { kind: _kind, apiVersion: _version, status: _status, ...own } = rest;
    return {
      ...own,
      metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => !SERVERS_OWN.has(name))),
    };
  };
  return changedInMap(strip(before), strip(after));
}

function changedInMap(before: JsonMap, after: JsonMap): Fields {
  return Object.fromEntries(
    Object.entries(after).flatMap(([field, value]) => {
      const old = before[field];
      if (value === undefined || isSame(old, value)) return [];
      return [
        [`f:${field}`, old === undefined ? fieldsOfValue(field, value) : changedInValue(field, old, value)] as const,
      ];
    }),
  );
}

function changedInValue(field: string, before: Json, after: Json): Fields {
  const shape = shapeOf(field, after);
  if (shape === 'map') return isMap(before) && isMap(after) ? changedInMap(before, after) : fieldsOfValue(field, after);
  if (typeof shape === 'string' || !isList(before) || !isList(after)) return fieldsOfValue(field, after);
  const old = new Map(before.filter(isMap).map((entry) => [keyOf(entry, shape.keys), entry] as const));
  return Object.fromEntries(
    after.filter(isMap).flatMap((entry) => {
      const key = keyOf(entry, shape.keys);
      const was = old.get(key);
      if (!was) return [[key, { '.': {}, ...fieldsOfMap(entry) }] as const];
      return isSame(was, entry) ? [] : [[key, changedInMap(was, entry)] as const];
    }),
  );
}
