import { at, textOf } from './json.ts';
import type { KubeObject } from './object.ts';

/** Whether an object is meant by what a client asks for. */
export type Selects = (object: KubeObject) => boolean;

/** `labelSelector` and `fieldSelector` of a request. */
export function selectorOf(query: URLSearchParams): Selects {
  const labels = partsOf(query.get('labelSelector')).map(byLabel);
  const fields = partsOf(query.get('fieldSelector')).map(byField);
  return (object) => [...labels, ...fields].every((selects) => selects(object));
}

function partsOf(text: string | null): readonly string[] {
  return (text ?? '')
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function byLabel(part: string): Selects {
  const [, name = '', operator = '', values = ''] = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part) ?? [];
  const listed = values.split(',').map((value) => value.trim());
  if (operator === 'in') return ({ metadata }) => listed.includes(metadata.labels?.[name] ?? '\0');
  if (operator === 'notin') return ({ metadata }) => !listed.includes(metadata.labels?.[name] ?? '\0');
  const comparison = comparisonOf(part);
  if (comparison) {
    const { field, isEqual, value } = comparison;
    return ({ metadata }) => (metadata.labels?.[field] === value) === isEqual;
  }
  if (part.startsWith('!')) return ({ metadata }) => metadata.labels?.[part.slice(1)] === undefined;
  return ({ metadata }) => metadata.labels?.[part] !== undefined;
}

function byField(part: string): Selects {
  const { field, isEqual, value } = comparisonOf(part) ?? { field: part, isEqual: false, value: '' };
  const path = field.split('.');
  return (object) => (textOf(at(object, ...path) ?? '') === value) === isEqual;
}

function comparisonOf(part: string) {
  const [, field = '', operator, value = ''] = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? [];
  return operator === undefined ? undefined : { field, isEqual: operator !== '!=', value };
}
