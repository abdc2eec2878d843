import { stripVTControlCharacters } from 'node:util';

/** One place a program was in, as it named it. */
export interface Frame {
  /** Absolute, a `file:` URL, or relative to something. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
}

interface Language {
  /** Names `file`, `line`, perhaps `column`, and perhaps `classPath`: packages that are folders. */
  readonly pattern: RegExp;
  /** Frames of one trace are at most this many lines apart. */
  readonly apart: number;
  /** Where the innermost call is. */
  readonly innermost: 'first' | 'last';
}

const LANGUAGES: readonly Language[] = [
  // Java and its relatives: `at com.acme.Shop$Inner.pay(Shop.java:12)`.
  {
    pattern:
      /^\s*at (?:\S+\/)?(?<classPath>(?:[\w$]+\.)*)[\w$]+\.[\w$<>]+\((?<file>\w+\.(?:java|kt|scala)):(?<line>\d+)\)$/,
    apart: 1,
    innermost: 'first',
  },
  // Node: `at fn (file:///x.js:1:2)`, `at async /x.js:1:2`.
  {
    pattern: /^\s*at (?:.*? \((?=\/|file:)|.*\()?(?:async )?(?<file>.+?):(?<line>\d+):(?<column>\d+)\)?$/,
    apart: 1,
    innermost: 'first',
  },
  // Python, with the text of the line and marks below it between two frames.
  { pattern: /^\s*File "(?<file>.+?)", line (?<line>\d+)/, apart: 4, innermost: 'last' },
  // Go: all other goroutines come after the one that panicked.
  { pattern: /^\s+(?<file>\S.*\.go):(?<line>\d+)(?: \+0x[\da-f]+)?$/, apart: 6, innermost: 'first' },
  // What stands before a line that could not be parsed, what Ruby writes, and where Rust panicked.
  {
    pattern:
      /^(?:.*panicked at |\s*from |\s*)(?<file>(?:file:\/\/)?[^\s:()]+\.[a-z]{1,4}):(?<line>\d+)(?::(?<column>\d+))?(?=$|:)/,
    apart: 1,
    innermost: 'first',
  },
];

/** A longer line is no frame, and patterns take their time on it. */
const LONGEST_LINE = 2_000;

/** Every frame in the output, the most telling first: the last trace before others, and in it the innermost call. */
export function framesIn(lines: readonly string[]): readonly Frame[] {
  const traces: { readonly language: Language; readonly frames: Frame[]; end: number }[] = [];
  for (const [index, raw] of lines.entries()) {
    const found = raw.length > LONGEST_LINE ? undefined : frameIn(stripVTControlCharacters(raw).trimEnd());
    if (!found) continue;
    const { language, frame } = found;
    const last = traces.at(-1);
    if (last?.language === language && index - last.end <= language.apart) {
      last.frames.push(frame);
      last.end = index;
    } else traces.push({ language, frames: [frame], end: index });
  }
  return traces
    .toReversed()
    .flatMap(({ language, frames }) => (language.innermost === 'last' ? frames.toReversed() : frames));
}

function frameIn(text: string): { readonly language: Language; readonly frame: Frame } | undefined {
  for (const language of LANGUAGES) {
    const { file, line, column, classPath = '' } = language.pattern.exec(text)?.groups ?? {};
    if (file === undefined || line === undefined) continue;
    const frame: Frame = {
      file: `${classPath.replaceAll('.', '/')}${file}`,
      line: Number(line),
      ...(column !== undefined && { column: Number(column) }),
    };
    return { language, frame };
  }
  return undefined;
}
