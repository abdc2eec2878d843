import { isData } from '../kubernetes/rules/data.ts';

const HOLE = Symbol('hole');

/** A place in an object that a template fills when a chart is installed. `code` is an expression of its language. */
export type Hole = { readonly [HOLE]: true } & (
  | { readonly kind: 'text'; readonly parts: readonly TextPart[] }
  /** A value of any shape. */
  | { readonly kind: 'yaml'; readonly code: string }
  /** One that may be empty: then what is there `otherwise`, or no field at all. */
  | { readonly kind: 'with'; readonly code: string; readonly otherwise?: unknown }
  | { readonly kind: 'if'; readonly code: string; readonly value: unknown }
  /** Fields, and more of them. */
  | { readonly kind: 'fields'; readonly code: string; readonly own: Readonly<Record<string, unknown>> }
  /** Variables of a container, and more of them. */
  | { readonly kind: 'env'; readonly code: string; readonly own: readonly unknown[] }
);

export type TextPart = string | { readonly code: string };

export function isHole(value: unknown): value is Hole {
  return typeof value === 'object' && value !== null && HOLE in value;
}

/** A text that is, or has in it, what an expression says. */
export function text(...parts: readonly TextPart[]): Hole {
  return { [HOLE]: true, kind: 'text', parts };
}

/** A text by itself, in quotes. */
export function quoted(code: string): Hole {
  return text({ code: `${code} | quote` });
}

export function yaml(code: string): Hole {
  return { [HOLE]: true, kind: 'yaml', code };
}

export function withValue(code: string, otherwise?: unknown): Hole {
  return { [HOLE]: true, kind: 'with', code, ...(otherwise !== undefined && { otherwise }) };
}

export function when(code: string, value: unknown): Hole {
  return { [HOLE]: true, kind: 'if', code, value };
}

export function withFields(code: string, own: Readonly<Record<string, unknown>>): Hole {
  return { [HOLE]: true, kind: 'fields', code, own };
}

export function withEnv(code: string, own: readonly unknown[]): Hole {
  return { [HOLE]: true, kind: 'env', code, own };
}

export type Path = readonly (string | number)[];

export interface Edit {
  readonly path: Path;
  /** None takes the field away. */
  readonly value?: unknown;
}

export function edited<T>(value: T, edits: readonly Edit[]): T;
export function edited(value: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce((before, { path, value: after }) => changedAt(before, path, after), value);
}

function changedAt(value: unknown, [first, ...rest]: Path, after: unknown): unknown {
  if (first === undefined) return after;
  if (Array.isArray(value))
    return value.map((one: unknown, index) => (index === first ? changedAt(one, rest, after) : one));
  const fields = isData(value) ? value : {};
  const changed = changedAt(fields[first], rest, after);
  if (changed !== undefined) return { ...fields, [first]: changed };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== first));
}

/** The same with every text changed, wherever it is; holes and what is in them as well. */
export function mapTexts(value: unknown, change: (text: string, key: string) => unknown, key = ''): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change, key));
  if (isHole(value)) {
    if (value.kind === 'with') return { ...value, otherwise: mapTexts(value.otherwise, change, key) };
    if (value.kind === 'if') return { ...value, value: mapTexts(value.value, change, key) };
    if ('own' in value) return { ...value, own: mapTexts(value.own, change, key) };
    return value;
  }
  if (!isData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change, name)]));
}
