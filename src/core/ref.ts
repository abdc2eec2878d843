/** A value of another resource, a secret or a parameter, named but not yet known. */
export type RefTarget =
  /** `part` is dotted: `url`, `password`, `http.port`, `database:billing.url`. */
  | { readonly kind: 'resource'; readonly resource: string; readonly part: string }
  | { readonly kind: 'secret'; readonly name: string; readonly generateLength?: number; readonly description?: string }
  | { readonly kind: 'param'; readonly name: string; readonly fallback?: string; readonly description?: string }
  | { readonly kind: 'per-target'; readonly values: { readonly [target in Target | 'default']?: Template } };

/** Who reads an address decides what it is. */
export type Target = 'dev' | 'compose' | 'kind';

/** Literal text and refs in order; joined they are the value. */
export type Template = readonly (string | RefTarget)[];

/** A resolved template: its text, and the secret values inside it (to be masked wherever they show up). */
export interface Resolved {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** What a ref stands for right now; undefined when it has no value. */
export type Lookup = (ref: RefTarget) => Resolved | undefined;

/** Every ref inside a template, those of per-target values included. */
export function refsOf(template: Template): readonly RefTarget[] {
  return template.flatMap((part) => {
    if (typeof part === 'string') return [];
    if (part.kind !== 'per-target') return [part];
    return [part, ...Object.values(part.values).flatMap((value) => (value ? refsOf(value) : []))];
  });
}

/** Joins the parts of a template; the refs without a value come back as `missing`. */
export function resolveTemplate(
  template: Template,
  lookup: Lookup,
): { readonly value: Resolved; readonly missing: readonly RefTarget[] } {
  let text = '';
  const secrets: string[] = [];
  const missing: RefTarget[] = [];
  for (const part of template) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = lookup(part);
    if (value === undefined) {
      missing.push(part);
      continue;
    }
    text += value.text;
    secrets.push(...value.secrets);
  }
  return { value: { text, secrets }, missing };
}
