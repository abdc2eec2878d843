import { dataAt, isData, listAt, textAt, textFieldsAt, textsAt } from './data.ts';
import { grouped } from './grouped.ts';

export type Labels = Readonly<Record<string, string>>;

/** `matchLabels` and `matchExpressions`; one that is not there selects nothing, an empty one everything. */
export function selects(selector: unknown, labels: Labels): boolean {
  if (!isData(selector)) return false;
  return (
    hasAll(labels, textFieldsAt(selector, 'matchLabels')) &&
    listAt(selector, 'matchExpressions').every((one) => holds(one, labels))
  );
}

export function hasAll(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function holds(expression: unknown, labels: Labels): boolean {
  const value = labels[textAt(expression, 'key') ?? ''];
  const values = textsAt(expression, 'values');
  const operator = textAt(expression, 'operator');
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  return operator === (value === undefined ? 'DoesNotExist' : 'Exists');
}

interface Labelled {
  readonly namespace: string;
  readonly labels: Labels;
}

/** Things by namespace and label, so that a selector looks at few of them. */
export interface LabelIndex<Thing extends Labelled> {
  /** Those in the namespace that have all labels of `matchLabels`, and hold to `matchExpressions`. */
  find(namespace: string, selector: unknown): readonly Thing[];
}

export function indexByLabel<Thing extends Labelled>(things: readonly Thing[]): LabelIndex<Thing> {
  const byNamespace = grouped(things, ({ namespace }) => [namespace]);
  const byLabel = grouped(things, ({ namespace, labels }) =>
    Object.entries(labels).map(([name, value]) => keyOf(namespace, name, value)),
  );
  return {
    find(namespace, selector) {
      let fewest = byNamespace.get(namespace) ?? [];
      for (const [name, value] of Object.entries(textFieldsAt(selector, 'matchLabels'))) {
        const those = byLabel.get(keyOf(namespace, name, value)) ?? [];
        if (those.length < fewest.length) fewest = those;
      }
      return fewest.filter(({ labels }) => selects(selector, labels));
    },
  };
}

function keyOf(namespace: string, name: string, value: string): string {
  return JSON.stringify([namespace, name, value]);
}

/** The selector of a Service is a bare set of labels; without any it selects nothing. */
export function serviceSelector(service: unknown): unknown {
  const labels = dataAt(service, 'spec', 'selector');
  return Object.keys(labels).length === 0 ? undefined : { matchLabels: labels };
}
