import { Composer, isMap, LineCounter, parseAllDocuments, Parser, type Document } from 'yaml';
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
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  // One after the other: a document is a great many nodes, of which only its value is kept.
  const documents = new Composer({ merge: true, logLevel: 'error' }).compose(parser.parse(text), false, text.length);
  const manifests: Manifest[] = [];
  const problems: { line: number; reason: string }[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) {
      problems.push({ line: lines.linePos(error.pos[0]).line, reason: reasonOf(error, text) });
      continue;
    }
    const read = itemsOf(document, (offset) => lines.linePos(offset).line);
    if (read.kind === 'failed') problems.push({ line: 1, reason: read.reason });
    else
      for (const { value, line } of read.items) {
        if (!isData(value) || (value['apiVersion'] === undefined && value['kind'] === undefined)) continue;
        const fault = faultOf(value);
        if (isKubeObject(value)) manifests.push({ object: value, line });
        else problems.push({ line, reason: fault ?? '' });
      }
  }
  return { manifests, problems };
}

/** Patches of a kustomization: they look like objects, and are parts of some. */
export function patchesOf(kustomization: string): readonly string[] {
  const { value } = valueOf(parseAllDocuments(kustomization, { logLevel: 'error' })[0]);
  return [
    ...listAt(value, 'patches').flatMap((one) => textAt(one, 'path') ?? []),
    ...listAt(value, 'patchesJson6902').flatMap((one) => textAt(one, 'path') ?? []),
    ...listAt(value, 'patchesStrategicMerge').filter((one) => typeof one === 'string'),
  ];
}

function reasonOf(error: Error, text: string): string {
  const words = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '';
  return text.includes('{{') ? `${words}. Templates are rendered first: helm template … | devstack lint -f -` : words;
}

type Items =
  { readonly kind: 'items'; readonly items: readonly Item[] } | { readonly kind: 'failed'; readonly reason: string };

function itemsOf(document: Document, lineAt: (offset: number) => number): Items {
  const { value, failed } = valueOf(document);
  if (failed !== undefined) return { kind: 'failed', reason: failed };
  const line = lineAt(document.contents?.range?.[0] ?? 0);
  const items = at(value, 'items');
  if (!Array.isArray(items) || textAt(value, 'kind')?.endsWith('List') !== true)
    return { kind: 'items', items: [{ value, line }] };
  return {
    kind: 'items',
    items: items.map((item: unknown, index) => {
      const node = document.getIn(['items', index], true);
      return { value: item, line: isMap(node) ? lineAt(node.range?.[0] ?? 0) : line };
    }),
  };
}

/** Aliases within aliases may stand for more than fits: then it says so. */
function valueOf(document: Document | undefined): { readonly value?: unknown; readonly failed?: string } {
  try {
    return { value: document?.toJS() };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
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
