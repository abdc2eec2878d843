import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from './frames.ts';
import type { FileMap } from './sources.ts';

/** Where a line of a generated file came from. */
export interface Origin {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of the whole file, where the map carries it. */
  readonly text?: string;
}

/** Undefined where the map does not know the place. */
export function originOf(
  { line, column }: Required<Frame>,
  { payload, map, folder }: FileMap,
  root: string,
): Origin | undefined {
  const entry = map.findEntry(line - 1, column - 1);
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

/** Bundlers name sources from the folder of the project: `webpack://shop/./src/pay.ts`. */
function pathOf(source: string, folder: string, root: string): string {
  if (source.startsWith('file://')) return fileURLToPath(source);
  const bundled = /^[a-z-]+:\/\/[^/]*\/(.*)$/.exec(source)?.[1];
  return bundled === undefined ? path.resolve(folder, source) : path.resolve(root, bundled);
}
