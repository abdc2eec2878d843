import type { FilePart } from '../../../core/config-file.ts';
import type { Value, ValuePart } from '../../value.ts';
import type { Cluster } from '../cluster.ts';
import { openText } from '../environment.ts';
import type { KubeObject } from '../object.ts';
import { variableOf } from '../secret-content.ts';
import type { NeededValue, SecretSource } from '../secrets.ts';
import type { SecretStoreRef } from '../../../core/secret-mode.ts';

export interface ExternalSecretParts {
  readonly cluster: Pick<Cluster, 'namespace' | 'params' | 'stack'>;
  readonly needed: readonly NeededValue[];
  readonly store: SecretStoreRef;
  /** Of the entry of the store that has the values as its properties. */
  readonly entry: string;
}

/** The entry of a store with the values of an overlay: letters, digits and dashes are what every store takes. */
export function storeEntry(stack: string, overlay: string): string {
  return `${stack}-${overlay}`;
}

/** Asks a store for the values, and has the operator put the Secret together of them. */
export function externalSecretOf(source: SecretSource, parts: ExternalSecretParts): KubeObject {
  const { cluster, store, entry } = parts;
  const { name, labels, entries, variables, type = 'Opaque' } = source;
  const data = entries.map(({ key, content }) => [key, templateText(content, parts)] as const);
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: cluster.namespace, labels },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { name: store.name, kind: store.kind },
      target: {
        name,
        creationPolicy: 'Owner',
        template: {
          engineVersion: 'v2',
          type,
          // Not that of devstack: the operator has it from here, and takes it away again.
          metadata: { labels: { 'app.kubernetes.io/part-of': cluster.stack } },
          data: Object.fromEntries(data),
        },
      },
      data: variables.map((variable) => ({
        secretKey: variable,
        remoteRef: { key: entry, property: variable },
      })),
    },
  };
}

/** In the words of Go's templates, which the operator fills in. */
function templateText(content: readonly FilePart<Value>[], parts: ExternalSecretParts): string {
  return content
    .map((one) => {
      if (typeof one === 'string') return literal(one);
      // Between the quotes of JSON or YAML; what is a number is known before, and so is in no template.
      const isQuoted = one.as !== 'text';
      const text = one.value.map((part) => holeText(part, isQuoted, parts)).join('');
      return one.as === 'number' ? `"${text}"` : text;
    })
    .join('');
}

function holeText(part: ValuePart, isQuoted: boolean, { cluster, needed }: ExternalSecretParts): string {
  const open = openText([part], cluster.params);
  if (open !== undefined) return literal(isQuoted ? JSON.stringify(open).slice(1, -1) : open);
  const variable = variableOf(part, needed);
  if (variable === undefined) return '';
  const isEncoded = typeof part !== 'string' && part.kind === 'secret' && part.isEncoded;
  // Go writes a space as +, which is a space in queries only.
  if (isEncoded) return `{{ .${variable} | urlquery | replace "+" "%20" }}`;
  return isQuoted ? `{{ .${variable} | toJson | trimPrefix "\\"" | trimSuffix "\\"" }}` : `{{ .${variable} }}`;
}

function literal(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
