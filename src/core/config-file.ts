import type { Template } from './ref.ts';

/** A file a program reads in its container, as a text with holes that are filled in per target. */
export interface ConfigFile {
  /** In the container; from its working folder when it does not begin with `/`. */
  readonly path: string;
  readonly parts: readonly FilePart<Template>[];
}

export type FilePart<Value> = string | FileHole<Value>;

export interface FileHole<Value> {
  readonly value: Value;
  /** `text` as it is, `string` between the quotes of JSON or YAML, `number` where one is expected. */
  readonly as: 'text' | 'string' | 'number';
}

/** Data with templates for leaves, in the order it was written. */
export type FileData =
  | null
  | boolean
  | number
  | { readonly leaf: Template }
  | { readonly list: readonly FileData[] }
  | { readonly fields: readonly (readonly [string, FileData])[] };

/** The text of a file once every hole has one. */
export function fillFile<Value>(parts: readonly FilePart<Value>[], textOf: (value: Value) => string): string {
  return parts.map((part) => (typeof part === 'string' ? part : written(textOf(part.value), part.as))).join('');
}

function written(text: string, as: FileHole<unknown>['as']): string {
  if (as === 'number') return /^\d+$/.test(text) ? text : JSON.stringify(text);
  return as === 'text' ? text : JSON.stringify(text).slice(1, -1);
}

export function jsonFile(data: FileData): readonly FilePart<Template>[] {
  return joined([...json(data, ''), '\n']);
}

function json(data: FileData, indent: string): readonly FilePart<Template>[] {
  if (data === null || typeof data !== 'object') return [String(data)];
  if ('leaf' in data) return leafParts(data.leaf);
  const [open, close] = 'list' in data ? '[]' : '{}';
  const inner = `${indent}  `;
  const items =
    'list' in data
      ? data.list.map((item) => json(item, inner))
      : data.fields.map(([key, value]) => [`${JSON.stringify(key)}: `, ...json(value, inner)]);
  if (items.length === 0) return [`${open}${close}`];
  const lines = items.flatMap((item, index) => [index === 0 ? inner : `,\n${inner}`, ...item]);
  return [`${open}\n`, ...lines, `\n${indent}${close}`];
}

/** Strings are always in quotes, which YAML reads as JSON does. */
export function yamlFile(data: FileData): readonly FilePart<Template>[] {
  return joined(isEmpty(data) || isScalar(data) ? [...json(data, ''), '\n'] : block(data, ''));
}

function block(data: FileData, indent: string): readonly FilePart<Template>[] {
  if (data === null || typeof data !== 'object' || 'leaf' in data) return [];
  const items =
    'list' in data
      ? data.list.map((item) => ['-', item] as const)
      : data.fields.map(([key, value]) => [`${yamlKey(key)}:`, value] as const);
  return items.flatMap(([head, value]) =>
    isScalar(value) || isEmpty(value)
      ? [`${indent}${head} `, ...json(value, ''), '\n']
      : [`${indent}${head}\n`, ...block(value, `${indent}  `)],
  );
}

function isScalar(data: FileData): boolean {
  return data === null || typeof data !== 'object' || 'leaf' in data;
}

function isEmpty(data: FileData): boolean {
  if (data === null || typeof data !== 'object' || 'leaf' in data) return false;
  return ('list' in data ? data.list : data.fields).length === 0;
}

/** What one version of YAML or another takes for something else than a word is in quotes. */
function yamlKey(key: string): string {
  const isWord = /^[A-Za-z_][\w./-]*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key);
  return isWord ? key : JSON.stringify(key);
}

function leafParts(leaf: Template): readonly FilePart<Template>[] {
  const [only] = leaf;
  if (leaf.length === 1 && typeof only === 'object' && only.kind === 'resource' && /(?:^|\.)port$/.test(only.part))
    return [{ value: leaf, as: 'number' }];
  return ['"', ...holes(leaf, 'string'), '"'];
}

/** Every text with refs in it. */
export function templatesIn(files: readonly ConfigFile[] = []): readonly Template[] {
  return files.flatMap(({ parts }) => parts.flatMap((part) => (typeof part === 'string' ? [] : [part.value])));
}

/** Literal text is written as it is to stand there; every ref becomes a hole. */
export function holes(template: Template, as: 'text' | 'string'): readonly FilePart<Template>[] {
  return template.map((part) => (typeof part === 'string' ? written(part, as) : { value: [part], as }));
}

function joined(parts: readonly FilePart<Template>[]): readonly FilePart<Template>[] {
  const result: FilePart<Template>[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else result.push(part);
  }
  return result;
}
