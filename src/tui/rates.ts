import type { LogSource } from '../logs/source.ts';
import { createLineCounter, type LineCounter } from './panes/counter.ts';

/** Lines per second of each log, over the last second or more. */
export interface Rates {
  /** Undefined when it was asked too soon for a new answer. */
  sample(now: number): ReadonlyMap<string, number> | undefined;
}

const INTERVAL_MS = 1000;

export function createRates(source: LogSource, names: () => readonly string[]): Rates {
  const counters = new Map<string, { readonly counter: LineCounter; last: number }>();
  let sampledAt: number | undefined;
  return {
    sample(now) {
      const since = sampledAt === undefined ? Infinity : now - sampledAt;
      if (since < INTERVAL_MS) return undefined;
      sampledAt = now;
      const rates = new Map<string, number>();
      for (const name of names()) {
        const known = counters.get(name) ?? { counter: createLineCounter(source, [name]), last: 0 };
        counters.set(name, known);
        const count = known.counter.count();
        const lines = count - known.last;
        known.last = count;
        if (lines > 0 && Number.isFinite(since)) rates.set(name, (lines * 1000) / since);
      }
      return rates;
    },
  };
}
