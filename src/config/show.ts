import { isRef, isResource, resourceKey } from './brand.ts';
import type { Scope } from './scope.ts';

/** A wrong value in words, short enough for a message. */
export function show(value: unknown, scope: Scope): string {
  if (isResource(value)) {
    const key = scope.reading.listed.get(value)?.key;
    return `the whole ${value[resourceKey].kind}${key === undefined ? '' : ` "${key}"`}`;
  }
  if (isRef(value)) return 'a value of another resource';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Promise) return 'a Promise (write await)';
  if (typeof value === 'object' && value !== null) return value instanceof RegExp ? String(value) : 'an object';
  return String(value);
}
