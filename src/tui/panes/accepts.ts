import type { Accepts } from '../../logs/history/scanner.ts';
import type { LevelFilter } from '../model.ts';
import { formatRecord, recordOf } from '../text/record.ts';
import { levelOf, type LogLevel } from '../text/level.ts';

/** Colours inside a word must not hide it. */
const withoutColours = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  text.includes('\u001b') ? text.replaceAll(/\u001b\[[0-9;:]*m/g, '') : text;

/** Ignores case unless the pattern has a capital letter. */
export function patternOf(source: string, flags = ''): RegExp {
  return new RegExp(source, `${flags}${/\p{Lu}/u.test(source.replaceAll(/\\./g, '')) ? '' : 'i'}`);
}

/** Lines that match as they were written, or as they are shown. */
export function accepting(source: string, isPretty: boolean): Accepts {
  const line = patternOf(source);
  const chunk = patternOf(source, 'm');
  return {
    line(text) {
      const plain = withoutColours(text);
      if (line.test(plain)) return true;
      if (!isPretty || !JSON_LINE.test(plain)) return false;
      const record = recordOf(plain);
      return record !== undefined && line.test(withoutColours(formatRecord(record)));
    },
    chunk(text) {
      const plain = withoutColours(text);
      // How a JSON line is shown is not known before it is read.
      return chunk.test(plain) || (isPretty && JSON_LINE.test(plain));
    },
  };
}

const JSON_LINE = /^\s*\{"/m;

/** Lines that contain the text as it is. */
export function containing(text: string): Accepts {
  return { line: (line) => line.includes(text), chunk: (chunk) => chunk.includes(text) };
}

const ORDER: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 };

/** Lines of a level or above; a line that has none counts as `info`. */
export function atLevel(level: LevelFilter): Accepts | undefined {
  if (level === 'all') return undefined;
  const least = ORDER[level];
  return { line: (text) => ORDER[levelOf(withoutColours(text)) ?? 'info'] >= least };
}

export function all(accepts: readonly (Accepts | undefined)[]): Accepts | undefined {
  const given = accepts.filter((one) => one !== undefined);
  if (given.length === 0) return undefined;
  return {
    line: (text) => given.every((one) => one.line(text)),
    chunk: (text) => given.every((one) => one.chunk?.(text) ?? true),
  };
}
