import { readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';

/** Files and maps of one search. The frames of a trace lie in few files, and what those hold takes long to take apart. */
export interface Sources {
  /** Undefined for what is not there, and for what would be too much to read. */
  text(file: string): string | undefined;
  /** Undefined for a file that was not made from something else. */
  mapOf(file: string): FileMap | undefined;
}

export interface FileMap {
  readonly payload: SourceMapPayload;
  readonly map: SourceMap;
  /** What the paths of its sources begin in. */
  readonly folder: string;
}

/** Of all files together: whoever waits for the card is to wait a moment only. */
const MOST_BYTES = 16 * 1024 * 1024;
const MARK = /^\s*\/[/*][#@] sourceMappingURL=(\S+)/;
const LAST_LINES = 3;

export function createSources(mostBytes = MOST_BYTES): Sources {
  let left = mostBytes;
  const read = (file: string): string | undefined => {
    try {
      const found = statSync(file);
      if (!found.isFile() || found.size > left) return undefined;
      left -= found.size;
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  };
  const text = kept(read);
  return { text, mapOf: kept((file) => readMap(file, text)) };
}

function kept<T>(make: (file: string) => T): (file: string) => T {
  const made = new Map<string, { readonly value: T }>();
  return (file) => {
    const known = made.get(file) ?? { value: make(file) };
    made.set(file, known);
    return known.value;
  };
}

/** The mark is in the last lines; what looks like one further up is text of the program. */
function readMap(file: string, read: Sources['text']): FileMap | undefined {
  const last = lastLines(read(file) ?? '');
  const url = last.map((line) => MARK.exec(line)?.[1]).find((found) => found !== undefined);
  if (url === undefined) return undefined;
  const isInline = url.startsWith('data:');
  const mapFile = isInline ? file : path.resolve(path.dirname(file), decodeURIComponent(url));
  const json = isInline ? decode(url) : read(mapFile);
  const payload = json === undefined ? undefined : parse(json);
  return payload && { payload, map: new SourceMap(payload), folder: path.dirname(mapFile) };
}

/** The last one first. */
function lastLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (let end = text.trimEnd().length; lines.length < LAST_LINES && end > 0;) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    lines.push(text.slice(start, end));
    end = start - 1;
  }
  return lines;
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
