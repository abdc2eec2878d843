import type { LogSource } from '../../logs/source.ts';

/** Counts the lines of logs from now on. What comes faster than it counts is estimated from what was counted. */
export interface LineCounter {
  /** Lines since it was made, as far as counted. */
  count(): number;
}

const AT_ONCE = 256 * 1024;
const NEWLINE = 10;

export function createLineCounter(source: LogSource, names: readonly string[]): LineCounter {
  const places = new Map(names.map((name) => [name, source.bounds(name).end]));
  let counted = 0;
  let estimated = 0;
  let bytes = 0;
  return {
    count() {
      for (const [name, place] of places) {
        const { start, end } = source.bounds(name);
        const from = Math.max(place, start, end - AT_ONCE);
        let at = from;
        while (at < end) {
          const part = source.read(name, at, end - at);
          if (part.length === 0) break;
          for (let next = part.indexOf(NEWLINE); next >= 0; next = part.indexOf(NEWLINE, next + 1)) counted += 1;
          at += part.length;
          bytes += part.length;
        }
        const skipped = from - place;
        if (skipped > 0 && bytes > 0) estimated += (skipped * counted) / bytes;
        places.set(name, at);
      }
      return Math.round(counted + estimated);
    },
  };
}
