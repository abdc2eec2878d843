import { printable } from '../../output/controls.ts';
import type { LogLevel } from './level.ts';
import { levelNamed, levelNumbered } from './level.ts';

/** A line of a structured log. */
export interface LogRecord {
  readonly level: LogLevel;
  /** In milliseconds since 1970. */
  readonly time?: number;
  readonly message: string;
  /** What else is in it, in its order. */
  readonly fields: readonly Field[];
}

export type Field = readonly [key: string, value: unknown];

const LEVELS = ['level', 'severity', 'lvl', 'log.level'] as const;
const TIMES = ['time', 'ts', 'timestamp', '@timestamp'] as const;
const MESSAGES = ['msg', 'message', 'event'] as const;
/** The same in every line of pino or bunyan. */
const NOISE: readonly string[] = ['pid', 'hostname', 'v', 'name'];

/** Undefined for other lines, and for JSON that has not two of level, time and message: that may be anybody's data. */
export function recordOf(line: string): LogRecord | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const entries = readObject(text);
  const level = firstOf(entries, LEVELS, readLevel);
  const time = firstOf(entries, TIMES, readTime);
  const message = firstOf(entries, MESSAGES, (value) => (typeof value === 'string' ? value : undefined));
  const known = [level, time, message].filter((found) => found !== undefined);
  if (known.length < 2) return undefined;
  const isNoisy = typeof level?.source === 'number';
  const fields = entries.filter(
    ([key]) => known.every((found) => found.key !== key) && !(isNoisy && NOISE.includes(key)),
  );
  return {
    level: level?.value ?? 'info',
    ...(time ? { time: time.value } : {}),
    message: message?.value ?? '',
    fields,
  };
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Numbers that JavaScript would round (ids, times in nanoseconds) become strings. */
function readObject(text: string): readonly Field[] {
  try {
    const exact = /\d{16}/.test(text)
      ? text.replaceAll(TOKENS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token))
      : text;
    const value: unknown = JSON.parse(exact);
    return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  } catch {
    return [];
  }
}

interface Found<T> {
  readonly key: string;
  readonly value: T;
  readonly source: unknown;
}

/** By the order of the keys, not of the line. */
function firstOf<T>(
  entries: readonly Field[],
  keys: readonly string[],
  read: (value: unknown) => T | undefined,
): Found<T> | undefined {
  for (const key of keys) {
    const source = entries.find(([name]) => name === key)?.[1];
    const value = read(source);
    if (value !== undefined) return { key, value, source };
  }
  return undefined;
}

function readLevel(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') return levelNumbered(value);
  // winston may write it with colours.
  return typeof value === 'string' ? levelNamed(printable(value, false).trim()) : undefined;
}

const EARLIEST_SECONDS = 1e8;

function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return timeOfNumber(value);
  if (typeof value !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return timeOfNumber(Number(value));
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value)) return undefined;
  const time = Date.parse(value.replace(',', '.'));
  return Number.isNaN(time) ? undefined : time;
}

/** Seconds, milliseconds, microseconds or nanoseconds: all of this century, each by its size. A small one is a duration. */
function timeOfNumber(value: number): number | undefined {
  if (value < EARLIEST_SECONDS || value > 1e20) return undefined;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  return Math.round(value < 1e17 ? value / 1e3 : value / 1e6);
}

const COLOURS: Readonly<Record<LogLevel, string>> = {
  trace: '2',
  debug: '36',
  info: '32',
  warn: '33',
  error: '1;31',
  fatal: '1;7;31',
};

/** One line with colours: `INFO  message key=value`. Without the time, for which panes have a column of their own. */
export function formatRecord({ level, message, fields }: LogRecord): string {
  const label = level.toUpperCase();
  const parts = [`${paint(COLOURS[level], label)}${' '.repeat(5 - label.length)}`];
  if (message !== '') parts.push(paint('1', onOneLine(message)));
  if (fields.length > 0)
    parts.push(paint('2', fields.map(([key, value]) => `${inWords(key)}=${inWords(value)}`).join(' ')));
  return parts.join(' ');
}

const paint = (codes: string, text: string): string => `\u001b[${codes}m${text}\u001b[0m`;

/** A carriage return would hide what stands before it. */
const onOneLine = (text: string): string => printable(text.replaceAll(/\r?\n|\r/g, ' ↵ '), false);

/** As JSON; a string that cannot be mistaken for anything else without quotes. */
function inWords(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"'=\\{}[\],\0-\x1f\x7f-\x9f]+$/.test(value)) return value;
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack.
    return '…';
  }
}
