import { isList, isMap } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import type { Fields } from './fields.ts';
import { keyOf, shapeOf } from './lists.ts';

/** What is there with what is applied in it: lists by the key of their entries. */
export function merge(live: JsonMap, applied: JsonMap): JsonMap {
  const merged: Record<string, Json | undefined> = { ...live };
  for (const [field, value] of Object.entries(applied))
    if (value !== undefined) merged[field] = mergeValue(field, live[field], value);
  return merged;
}

function mergeValue(field: string, live: Json | undefined, applied: Json): Json {
  const shape = shapeOf(field, applied);
  if (live === undefined || live === null || shape === 'whole') return applied;
  if (shape === 'map') return isMap(live) && isMap(applied) ? merge(live, applied) : applied;
  if (!isList(live) || !isList(applied)) return applied;
  if (shape === 'set') return [...live, ...applied.filter((entry) => !live.includes(entry))];
  const entries = new Map(live.filter(isMap).map((entry) => [keyOf(entry, shape.keys), entry] as const));
  const said = applied.filter(isMap).map((entry) => {
    const key = keyOf(entry, shape.keys);
    const there = entries.get(key);
    entries.delete(key);
    return there ? merge(there, entry) : entry;
  });
  return [...said, ...entries.values()];
}

/** Without these fields; a map that has nothing left goes too. */
export function remove(value: JsonMap, fields: Fields): JsonMap {
  const rest: Record<string, Json | undefined> = { ...value };
  for (const [key, inner] of Object.entries(fields)) {
    const field = key.slice(2);
    const there = rest[field];
    if (!key.startsWith('f:') || there === undefined || !isMap(inner)) continue;
    const left = Object.keys(inner).length === 0 ? undefined : removeInside(field, there, inner);
    if (left === undefined) delete rest[field];
    else rest[field] = left;
  }
  return rest;
}

function removeInside(field: string, there: Json, fields: Fields): Json | undefined {
  if (isMap(there)) {
    const left = remove(there, fields);
    return Object.keys(left).length === 0 ? undefined : left;
  }
  const shape = shapeOf(field, there);
  if (!isList(there)) return there;
  const left =
    typeof shape === 'string'
      ? there.filter((entry) => fields[`v:${JSON.stringify(entry)}`] === undefined)
      : there.filter(isMap).flatMap((entry) => {
          const inner = fields[keyOf(entry, shape.keys)];
          if (!isMap(inner)) return [entry];
          return inner['.'] === undefined ? [remove(entry, inner)] : [];
        });
  return left.length === 0 ? undefined : left;
}

/** `application/merge-patch+json`: null takes a field away. */
export function mergePatch(live: Json | undefined, patch: JsonMap): JsonMap {
  const merged: Record<string, Json | undefined> = isMap(live) ? { ...live } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = isMap(value) ? mergePatch(merged[field], value) : value;
  }
  return merged;
}

/** `application/strategic-merge-patch+json`: as a merge patch, but lists by the key of their entries. */
export function strategicPatch(live: Json | undefined, patch: JsonMap): JsonMap {
  const merged: Record<string, Json | undefined> = isMap(live) ? { ...live } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue;
    if (value === null) delete merged[field];
    else if (isMap(value)) merged[field] = strategicPatch(merged[field], value);
    else merged[field] = isList(value) ? patchList(field, merged[field], value) : value;
  }
  return merged;
}

function patchList(field: string, live: Json | undefined, patch: readonly Json[]): Json {
  const shape = shapeOf(field, patch);
  if (typeof shape === 'string' || !isList(live)) return patch;
  const entries = new Map(live.filter(isMap).map((entry) => [keyOf(entry, shape.keys), entry] as const));
  for (const entry of patch.filter(isMap)) {
    const key = keyOf(entry, shape.keys);
    if (entry['$patch'] === 'delete') entries.delete(key);
    else entries.set(key, strategicPatch(entries.get(key), entry));
  }
  return [...entries.values()];
}
