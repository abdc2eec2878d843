import { readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from './frames.ts';

/** Where a line of a generated file came from. */
export interface Origin {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of the whole file, where the map carries it. */
  readonly text?: string;
}

/** Larger files are no source anybody reads, and take long. */
const LARGEST_BYTES = 32 * 1024 * 1024;
const MARK = /^\s*\/[/*][#@] sourceMappingURL=(\S+)/;

/** Undefined where the file has no map, or one that does not know the place. `text` is the content of the file. */
export function originOf({ file, line, column }: Required<Frame>, text: string, root: string): Origin | undefined {
  const map = mapOf(file, text);
  if (!map) return undefined;
  const { payload, folder } = map;
  const entry = new SourceMap(payload).findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  const content = payload.sourcesContent?.[payload.sources.indexOf(originalSource)];
  return {
    file: pathOf(originalSource, path.resolve(folder, payload.sourceRoot ?? ''), root),
    line: originalLine + 1,
    column: originalColumn + 1,
    ...(typeof content === 'string' && { text: content }),
  };
}

/** It was made from something else. */
export function isGenerated(file: string, text: string): boolean {
  return mapOf(file, text) !== undefined;
}

/** Undefined for what is not there or too large. */
export function readSource(file: string): string | undefined {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= LARGEST_BYTES ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** The mark is in the last lines; what looks like one further up is text of the program. */
function mapOf(
  file: string,
  text: string,
): { readonly payload: SourceMapPayload; readonly folder: string } | undefined {
  const last = text.trimEnd().split('\n').slice(-3).toReversed();
  const url = last.map((line) => MARK.exec(line)?.[1]).find((found) => found !== undefined);
  if (url === undefined) return undefined;
  if (url.startsWith('data:')) return withFolder(decode(url), path.dirname(file));
  const mapFile = path.resolve(path.dirname(file), decodeURIComponent(url));
  return withFolder(readSource(mapFile), path.dirname(mapFile));
}

function withFolder(json: string | undefined, folder: string) {
  const payload = json === undefined ? undefined : parse(json);
  return payload && { payload, folder };
}

function decode(url: string): string {
  const comma = url.indexOf(',');
  const data = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}

function parse(json: string): SourceMapPayload | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isPayload(value) ? value : undefined;
  } catch {
    return undefined; // no map, then
  }
}

function isPayload(value: unknown): value is SourceMapPayload {
  if (typeof value !== 'object' || value === null || !('mappings' in value) || !('sources' in value)) return false;
  return typeof value.mappings === 'string' && Array.isArray(value.sources);
}

/** Bundlers name sources from the folder of the project: `webpack://shop/./src/pay.ts`. */
function pathOf(source: string, folder: string, root: string): string {
  if (source.startsWith('file://')) return fileURLToPath(source);
  const bundled = /^[a-z-]+:\/\/[^/]*\/(.*)$/.exec(source)?.[1];
  return bundled === undefined ? path.resolve(folder, source) : path.resolve(root, bundled);
}
