import type { ConfigProblem } from '../core/failure.ts';
import type { EnvPiece } from './env-pieces.ts';
import { piecesOf } from './env-pieces.ts';

// Our own parser: the known ones run `$(commands)` found in values, or turn `pa$$word` into `pa$`.

export interface EnvFile {
  readonly values: Record<string, string>;
  readonly problems: readonly ConfigProblem[];
}

interface Entry {
  readonly name: string;
  readonly line: number;
  readonly pieces: readonly EnvPiece[];
}

const CIRCLE = 'These values form a circle';

/**
 * Reads a dotenv file: `NAME=value`, `export NAME=value`, comments, values in quotes over several lines.
 *
 * `$A`, `${A}` and `${A:-default}` are filled in for unquoted and double-quoted values, from the file first, then
 * from `outer`; `\$` is a dollar sign, and so is `$` before anything that is not set. Nothing is ever executed.
 */
export function parseEnvFile(
  text: string,
  file: string,
  outer: { readonly [name: string]: string | undefined },
): EnvFile {
  const problems: ConfigProblem[] = [];
  const problem = (line: number, message: string) => {
    problems.push({ code: 'env-file-invalid', at: `${file}:${line}`, message });
  };
  const entries = entriesOf(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), problem);
  const values = new Map<string, string>();
  const valueOf = (index: number, trail: readonly number[]): string => {
    const entry = entries[index];
    if (!entry) return '';
    if (trail.includes(index)) {
      const circle = [...trail.slice(trail.indexOf(index)), index].map((step) => entries[step]?.name).join(' → ');
      if (!problems.some(({ message }) => message.startsWith(CIRCLE))) problem(entry.line, `${CIRCLE}: ${circle}.`);
      return '';
    }
    return fill(entry.pieces, (name) => {
      const found = definition(entries, name, name === entry.name ? index : entries.length);
      if (found >= 0) return valueOf(found, [...trail, index]);
      return Object.hasOwn(outer, name) ? outer[name] : undefined;
    });
  };
  for (const [index, { name }] of entries.entries()) values.set(name, valueOf(index, []));
  return { values: Object.fromEntries(values), problems };
}

/** The last definition of a name; a value that uses its own name means an earlier one: `PATH=$PATH:/opt/bin`. */
function definition(entries: readonly Entry[], name: string, before: number): number {
  return entries.slice(0, before).findLastIndex((entry) => entry.name === name);
}

function fill(pieces: readonly EnvPiece[], lookup: (name: string) => string | undefined): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const value = lookup(piece.name);
      switch (piece.otherwise.kind) {
        case 'empty':
          return value ?? '';
        case 'as-written':
          return value ?? piece.otherwise.text;
        case 'default':
          return value === undefined || value === '' ? fill(piece.otherwise.pieces, lookup) : value;
      }
    })
    .join('');
}

function entriesOf(text: string, problem: (line: number, message: string) => void): readonly Entry[] {
  const entries: Entry[] = [];
  let offset = 0;
  let line = 1;
  while (offset < text.length) {
    const start = line;
    const end = endOfLine(text, offset);
    const content = text.slice(offset, end).trim();
    const head = /^[ \t]*(?:export[ \t]+)?([^\s=#'"]+)[ \t]*=[ \t]*/.exec(text.slice(offset, end));
    if (content === '' || content.startsWith('#')) {
      offset = end + 1;
      line++;
      continue;
    }
    if (!head) {
      problem(
        start,
        `${JSON.stringify(content.slice(0, 40))} is no assignment. Write NAME=value, or # before a comment.`,
      );
      offset = end + 1;
      line++;
      continue;
    }
    const name = head[1] ?? '';
    if (!/^[A-Za-z_][\w.-]*$/.test(name))
      problem(
        start,
        `${JSON.stringify(name)} is no name. It has letters, digits and _, and does not begin with a digit.`,
      );
    const value = readValue(text, offset + head[0].length);
    if (value.trouble !== undefined) problem(start, `${name} ${value.trouble}`);
    else entries.push({ name, line: start, pieces: value.pieces });
    line += text.slice(offset, value.end).split('\n').length;
    offset = value.end + 1;
  }
  return entries;
}

interface ReadValue {
  readonly pieces: readonly EnvPiece[];
  /** The line end after it. */
  readonly end: number;
  readonly trouble?: string;
}

function readValue(text: string, from: number): ReadValue {
  const quote = text[from];
  const lineEnd = endOfLine(text, from);
  if (quote !== '"' && quote !== "'" && quote !== '`') {
    // Only after a space (or at once) does # begin a comment: passwords contain it.
    const raw = text
      .slice(from, lineEnd)
      .replace(/(?:^|\s)#.*$/, '')
      .trim();
    return withPieces(raw, 'unquoted', lineEnd);
  }
  const close = closingQuote(text, from + 1, quote);
  if (close === undefined) return { pieces: [], end: lineEnd, trouble: `has no closing ${quote}.` };
  const end = endOfLine(text, close);
  const rest = text.slice(close + 1, end).trim();
  if (rest !== '' && !rest.startsWith('#')) {
    return { pieces: [], end, trouble: `has ${JSON.stringify(rest.slice(0, 20))} after its closing ${quote}.` };
  }
  const inner = text.slice(from + 1, close);
  return quote === '"' ? withPieces(inner, 'double', end) : { pieces: [inner], end };
}

function withPieces(raw: string, quoting: 'unquoted' | 'double', end: number): ReadValue {
  const pieces = piecesOf(raw, quoting);
  return pieces
    ? { pieces, end }
    : { pieces: [], end, trouble: `has \${ without a name or a closing }. Write \\$ for a dollar sign.` };
}

function closingQuote(text: string, from: number, quote: string): number | undefined {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\' && quote === '"') index++;
    else if (text[index] === quote) return index;
  }
  return undefined;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
