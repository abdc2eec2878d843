import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A line of the config or of a file it imports. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

const ownFolder = path.dirname(fileURLToPath(import.meta.url));
// `at make (/a/b.ts:1:2)`, `at /a/b.ts:1:2`, `at async file:///a/b.ts:1:2`; folders may contain parentheses.
const framePattern = /^at (?:async )?(?:.*? \()?((?:file:\/\/)?\/.*?):(\d+):\d+\)?$/;

/** Where the code that called into this package is; undefined when the stack does not tell. */
export function callerPlace(): Place | undefined {
  return placeIn(new Error('place').stack ?? '');
}

/** The first line of a stack trace that belongs to neither this package, Node nor an installed package. */
export function placeIn(stack: string): Place | undefined {
  for (const frame of stack.split('\n')) {
    const [, location, line] = framePattern.exec(frame.trim()) ?? [];
    if (location === undefined || line === undefined) continue;
    const file = location.startsWith('file://') ? fileURLToPath(location) : location;
    if (file.startsWith(`${ownFolder}/`) || file.includes('/node_modules/')) continue;
    return { file, line: Number(line) };
  }
  return undefined;
}

/** `devstack.config.ts:12`, relative to the folder of the config. */
export function describePlace(place: Place, root: string): string {
  return `${path.relative(root, place.file) || place.file}:${place.line}`;
}

/** The lines of a file that errors point into; empty when it cannot be read. */
export function sourceLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // only used to word a problem better
  }
}

/** The constant (or key) a resource created on this line is called by in the source. */
export function constantAt(place: Place | undefined): string | undefined {
  if (!place) return undefined;
  const line = sourceLines(place.file)[place.line - 1] ?? '';
  return (/\b(?:const|let|var)\s+([\w$]+)/.exec(line) ?? /(?:^|[{,]\s*|\s)([\w$]+)\s*:\s*\w+\(/.exec(line))?.[1];
}

/** The line that writes `key:` inside the call that begins at `from`; `from` itself when there is none. */
export function lineOfKey(from: Place, key: string): Place {
  const lines = sourceLines(from.file);
  const pattern = new RegExp(`(?:^|[{,\\s])['"]?${key.replace(/[^\w]/g, '\\$&')}['"]?\\s*(?::|,|\\(|$)`);
  let depth = 0;
  for (let index = from.line - 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (pattern.test(line)) return { file: from.file, line: index + 1 };
    for (const character of line) {
      if (character === '(' || character === '{') depth++;
      if (character === ')' || character === '}') depth--;
    }
    if (depth <= 0) break;
  }
  const all = lines.flatMap((line, index) =>
    new RegExp(`\\b${key.replace(/[^\w]/g, '\\$&')}\\s*:`).test(line) ? [index + 1] : [],
  );
  return { file: from.file, line: all.length === 1 ? (all[0] ?? from.line) : from.line };
}
