import { fillFile } from '../../core/config-file.ts';
import { encodeForUrl } from '../../kinds/address.ts';
import type { Value, ValuePart } from '../value.ts';
import type { Cluster } from './cluster.ts';
import { openText } from './environment.ts';
import type { NeededValue, SecretEntry, SecretFile, SecretSource } from './secrets.ts';

export interface Filling {
  readonly cluster: Cluster;
  readonly needed: readonly NeededValue[];
}

/** `file` has no dot where it is of a container, so that it is nobody else's. */
export function variablesSource(
  name: string,
  file: string,
  values: { readonly [name: string]: Value },
  filling: Filling,
): Omit<SecretSource, 'labels' | 'isFixed' | 'controllers'> {
  const content = contentOf(
    Object.entries(values).map(([key, value]) => ({ key, content: [{ value, as: 'text' as const }] })),
    filling,
  );
  const textOf: SecretFile['textOf'] = (known) => {
    const lines = Object.entries(content.dataOf(known));
    const unfit = lines.flatMap(([key, text]) => (/[\r\n]/.test(text) ? [key] : []));
    if (unfit.length > 0) return { kind: 'unfit', variables: unfit };
    return { kind: 'text', text: lines.map(([key, text]) => `${key}=${text}\n`).join('') };
  };
  return { ...content, name, kind: 'env', files: [{ path: `secrets/${file}.env`, textOf }] };
}

export function contentOf(
  entries: readonly SecretEntry[],
  { cluster, needed }: Filling,
): Pick<SecretSource, 'entries' | 'dataOf' | 'variables'> {
  const fill = (values: ReadonlyMap<string, string>) => (value: Value) => filledIn(value, values, needed, cluster);
  return {
    entries,
    dataOf: (values) => Object.fromEntries(entries.map(({ key, content }) => [key, fillFile(content, fill(values))])),
    variables: variablesOf(entries, cluster, needed),
  };
}

function variablesOf(
  entries: readonly SecretEntry[],
  { params }: Cluster,
  needed: readonly NeededValue[],
): readonly string[] {
  const parts = entries.flatMap(({ content }) => content.flatMap((one) => (typeof one === 'string' ? [] : one.value)));
  const open = parts.filter((part) => openText([part], params) === undefined);
  return [...new Set(open.flatMap((part) => variableOf(part, needed) ?? []))];
}

/** Which variable has what is open in a value. */
export function variableOf(part: ValuePart, needed: readonly NeededValue[]): string | undefined {
  if (typeof part === 'string' || part.kind === 'published') return undefined;
  return needed.find(({ what, name }) => what === part.kind && name === part.name)?.variable;
}

/** A whole value: an address with a password in it is one, percent-encoded, since no cluster could do that. */
function filledIn(
  value: Value,
  values: ReadonlyMap<string, string>,
  needed: readonly NeededValue[],
  { params }: Pick<Cluster, 'params'>,
): string {
  return value
    .map((part) => {
      if (typeof part === 'string') return part;
      const open = openText([part], params);
      if (open !== undefined || part.kind === 'published') return open ?? '';
      const text = values.get(variableOf(part, needed) ?? '') ?? '';
      return part.kind === 'secret' && part.isEncoded ? encodeForUrl(text) : text;
    })
    .join('');
}
