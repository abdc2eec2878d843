import { documentsOf, type ReadDocument } from './documents.ts';
import type { KubeObject } from './object.ts';
import { at, dataAt, isData, listAt, textAt, type Data } from './rules/data.ts';

export interface Manifest {
  readonly object: KubeObject;
  readonly line: number;
}

/** What is in a file of YAML or JSON. */
export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

interface Item {
  readonly value: unknown;
  readonly line: number;
}

/** All documents, and what lists hold. What is no object of Kubernetes at all is left out. */
export function parseManifests(text: string): Manifests {
  const manifests: Manifest[] = [];
  const problems: { line: number; reason: string }[] = [];
  for (const document of documentsOf(text)) {
    if (document.kind === 'failed') problems.push(document);
    else
      for (const { value, line } of itemsOf(document)) {
        if (!isData(value) || (value['apiVersion'] === undefined && value['kind'] === undefined)) continue;
        const fault = faultOf(value);
        if (isKubeObject(value)) manifests.push({ object: value, line });
        else problems.push({ line, reason: fault ?? '' });
      }
  }
  return { manifests, problems: problems.map(({ line, reason }) => ({ line, reason: hintedReason(reason, text) })) };
}

/** Patches of a kustomization: they look like objects, and are parts of some. */
export function patchesOf(kustomization: string): readonly string[] {
  const [document] = documentsOf(kustomization);
  const value = document?.kind === 'read' ? document.value : undefined;
  return [
    ...listAt(value, 'patches').flatMap((one) => textAt(one, 'path') ?? []),
    ...listAt(value, 'patchesJson6902').flatMap((one) => textAt(one, 'path') ?? []),
    ...listAt(value, 'patchesStrategicMerge').filter((one) => typeof one === 'string'),
  ];
}

function hintedReason(reason: string, text: string): string {
  return text.includes('{{') ? `${reason}. Templates are rendered first: helm template … | devstack lint -f -` : reason;
}

function itemsOf({ value, line, itemLines }: ReadDocument): readonly Item[] {
  const items = at(value, 'items');
  if (!Array.isArray(items) || textAt(value, 'kind')?.endsWith('List') !== true) return [{ value, line }];
  const lines = itemLines();
  return items.map((item: unknown, index) => ({ value: item, line: lines[index] ?? line }));
}

function isKubeObject(value: Data): value is Data & KubeObject {
  return faultOf(value) === undefined;
}

/** Why the API would not take it for an object. */
function faultOf(value: Data): string | undefined {
  for (const field of ['apiVersion', 'kind']) if (!textAt(value, field)) return `it has no ${field}`;
  if (!textAt(value, 'metadata', 'name')) return 'it has no metadata.name';
  const namespace = at(value, 'metadata', 'namespace');
  if (namespace !== undefined && typeof namespace !== 'string')
    return 'metadata.namespace is not text; write it in quotes';
  for (const field of ['labels', 'annotations']) {
    const all = at(value, 'metadata', field);
    if (all !== undefined && !isData(all)) return `metadata.${field} is not a list of names and texts`;
    for (const [name, one] of Object.entries(dataAt(all)))
      if (typeof one !== 'string') return `metadata.${field}: the value of ${name} is not text; write it in quotes`;
  }
  return undefined;
}
