import { show } from './show.ts';
import type { Check, Scope } from './scope.ts';
import { didYouMean } from './suggest.ts';
import { parseCpu, parseDuration, parseMemory } from './units.ts';

// Written by hand, not with a schema library: every message names the option, what was found and the way out, and a
// config with two dozen resources is read in about a millisecond, which matters at each start.

export function wrong(path: string, scope: Scope, expected: string, value: unknown): undefined {
  scope.problem('wrong-type', path, `${path} must be ${expected}, not ${show(value, scope)}.`);
}

/** A check that is a condition, with the words for what it wants. */
export function condition<T>(expected: string, holds: (value: unknown) => value is T): Check<T> {
  return (value, path, scope) => (holds(value) ? value : wrong(path, scope, expected, value));
}

/** Text that is not empty and can be handed to a program. */
export const text = condition(
  'text',
  (value): value is string => typeof value === 'string' && value.trim() !== '' && !value.includes('\0'),
);

/** A place, a name in lower case, a tag, a digest. */
const IMAGE =
  /^(?:[\w.-]+(?::\d+)?\/)?(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*\/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[a-f0-9]+)?$/;

export const image = condition(
  "an image, for example 'postgres:17' or 'ghcr.io/acme/api:1.2'",
  (value): value is string => typeof value === 'string' && IMAGE.test(value),
);
export const flag = condition('true or false', (value): value is boolean => typeof value === 'boolean');
export const anyText = condition('text', (value): value is string => typeof value === 'string');

export const callable = condition('a function', (value): value is () => unknown => typeof value === 'function');
export const pattern = condition('a regular expression', (value): value is RegExp => value instanceof RegExp);
export const path = condition(
  'a path that begins with /',
  (value): value is string => typeof value === 'string' && /^\/\S*$/.test(value),
);

export function integer(least: number, most: number, expected: string): Check<number> {
  return condition(expected, (value): value is number => isWhole(value) && value >= least && value <= most);
}

export const count = integer(0, 1_000_000, 'a whole number, 0 or more');
export const positive = integer(1, 1_000_000, 'a whole number, 1 or more');
export const percent = integer(1, 1000, 'a percentage, for example 70');
export const portNumber = condition(
  "a port number (1 to 65535) or 'auto'",
  (value): value is number | 'auto' => value === 'auto' || (isWhole(value) && value >= 1 && value <= 65535),
);

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

export function oneOf<const T extends string>(...options: readonly T[]): Check<T> {
  const list = options.map((option) => `'${option}'`);
  const expected = list.length === 1 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
  const isOption = (value: unknown): value is T => options.some((option) => option === value);
  return (value, at, scope) => {
    if (isOption(value)) return value;
    const hint = typeof value === 'string' ? didYouMean(value, options) : '';
    scope.problem('wrong-type', at, `${at} must be ${expected}, not ${show(value, scope)}.${hint}`);
    return undefined;
  };
}

function unit(expected: string, parse: (written: string) => number | undefined): Check<number> {
  return (value, at, scope) =>
    (typeof value === 'string' ? parse(value) : undefined) ?? wrong(at, scope, expected, value);
}

/** In milliseconds. */
export const duration = unit("a duration like '500ms', '10s' or '2m'", parseDuration);
/** In bytes. */
export const memory = unit("an amount like '512Mi' or '2Gi'", parseMemory);
/** In thousandths of a core. */
export const cpu: Check<number> = (value, at, scope) =>
  (typeof value === 'string' || typeof value === 'number' ? parseCpu(value) : undefined) ??
  wrong(at, scope, "a number of cores like 0.5 or '100m'", value);

/** Bytes as a number, or an amount. */
export const bytes: Check<number> = (value, at, scope) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const parsed = typeof value === 'string' ? parseMemory(value) : undefined;
  return parsed ?? wrong(at, scope, "a number of bytes or an amount like '512Mi'", value);
};

export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value, at, scope) => {
    if (!Array.isArray(value)) return wrong(at, scope, 'a list', value);
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) => {
      const parsed = check(item, `${at}[${index}]`, scope);
      return parsed === undefined ? [] : [parsed];
    });
  };
}

/** One, or a list. */
export function oneOrList<T>(check: Check<T>): Check<readonly T[]> {
  return (value, at, scope) => {
    if (Array.isArray(value)) return list(check)(value, at, scope);
    const parsed = check(value, at, scope);
    return parsed === undefined ? [] : [parsed];
  };
}

/** A shell command, or a program and its arguments. */
export const command: Check<string | readonly string[]> = (value, at, scope) =>
  Array.isArray(value) ? list(anyText)(value, at, scope) : text(value, at, scope);

/** The first check when the value is what `holds` says, the other one otherwise. */
export function either<A, B>(holds: (value: unknown) => boolean, first: Check<A>, other: Check<B>): Check<A | B> {
  return (value, at, scope) => (holds(value) ? first(value, at, scope) : other(value, at, scope));
}
