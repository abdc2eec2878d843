/** What stands for a value in the config that is written. */
export type Expression =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'text'; readonly parts: readonly Expression[] }
  /** `db.url`, `api.endpoint('grpc').host`. */
  | { readonly kind: 'member'; readonly resource: string; readonly member: string }
  | { readonly kind: 'resource'; readonly resource: string }
  | { readonly kind: 'param'; readonly name: string; readonly default?: string }
  | { readonly kind: 'secret'; readonly name: string; readonly isGenerated: boolean }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly Entry[] };

export type Entry = readonly [key: string, value: Expression];

export const value = (of: string | number | boolean): Expression => ({ kind: 'value', value: of });

export const list = (items: readonly (string | number)[]): Expression => ({ kind: 'list', items: items.map(value) });

export const object = (entries: readonly Entry[]): Expression => ({ kind: 'object', entries });

export const member = (resource: string, name: string): Expression => ({ kind: 'member', resource, member: name });

/** Texts and what is between them as one expression, as short as can be. */
export function joined(parts: readonly Expression[]): Expression {
  const short: Expression[] = [];
  for (const part of parts) {
    const last = short.at(-1);
    if (part.kind === 'text') short.push(...part.parts);
    else if (part.kind === 'value' && last?.kind === 'value')
      short.splice(-1, 1, value(String(last.value) + String(part.value)));
    else if (part.kind !== 'value' || part.value !== '') short.push(part);
  }
  const [only] = short;
  if (only === undefined) return value('');
  return short.length === 1 ? only : { kind: 'text', parts: short };
}

/** The resources it names. */
export function namedIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'member':
    case 'resource':
      return [expression.resource];
    case 'text':
      return expression.parts.flatMap(namedIn);
    case 'list':
      return expression.items.flatMap(namedIn);
    case 'object':
      return expression.entries.flatMap(([, entry]) => namedIn(entry));
    case 'value':
    case 'param':
    case 'secret':
      return [];
  }
}
