/** What is in an object of Kubernetes. */
export type Json = string | number | boolean | null | readonly Json[] | JsonMap;

export interface JsonMap {
  readonly [field: string]: Json | undefined;
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is there, or nothing where the way ends. */
export function at(value: Json | undefined, ...fields: readonly string[]): Json | undefined {
  return fields.reduce<Json | undefined>((inner, field) => (isMap(inner) ? inner[field] : undefined), value);
}

export function textAt(value: Json | undefined, ...fields: readonly string[]): string | undefined {
  const found = at(value, ...fields);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Json | undefined, ...fields: readonly string[]): number | undefined {
  const found = at(value, ...fields);
  return typeof found === 'number' ? found : undefined;
}

export function mapAt(value: Json | undefined, ...fields: readonly string[]): JsonMap {
  const found = at(value, ...fields);
  return isMap(found) ? found : {};
}

export function mapsAt(value: Json | undefined, ...fields: readonly string[]): readonly JsonMap[] {
  const found = at(value, ...fields);
  return isList(found) ? found.filter(isMap) : [];
}

/** Whatever the order of fields; one that is undefined is none. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (isList(one))
    return isList(other) && one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isMap(one) || !isMap(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}

/** Nothing is an empty text. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
