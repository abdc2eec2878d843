import { printable } from '../../output/controls.ts';

/** A key, a colon or equals sign, and a value; both may be quoted, also inside another string. */
const PAIRS =
  /(?<![\w-])(traceparent|trace[_.-]?id|(?:x-)?req(?:uest)?[_-]?id|(?:x-)?correlation[_-]?id)\\?["']?\s*[:=]\s*\\?["']?([\w.:/+=-]{3,})/gi;

/** What a logger writes where there is none. */
const NOTHING = /^(null|undefined|none|nil|unknown|[0-]+)$/i;

/**
 * The ids in a line by which the lines of other services about the same request are found, most useful first: a trace
 * runs through all services, an id of a request often only through one.
 */
export function idsOf(line: string): readonly string[] {
  const found = [...printable(line, false).matchAll(PAIRS)].map(([, key = '', value = '']) => ({
    rank: rankOf(key),
    id: idIn(key, value),
  }));
  const ids = found
    .filter(({ id }) => !NOTHING.test(id))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ id }) => id);
  return [...new Set(ids)];
}

const rankOf = (key: string): number => (/^trace/i.test(key) ? 0 : /req/i.test(key) ? 1 : 2);

/** The trace in `00-TRACE-SPAN-01`: the header differs from service to service, the trace does not. */
function idIn(key: string, value: string): string {
  const trace = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/i.exec(value)?.[1];
  return /^traceparent$/i.test(key) && trace !== undefined ? trace : value.replace(/[.:]+$/, '');
}
