import type { LogSource, Marks } from '../source.ts';

/** Arrival times of one log, asked for in any order. */
export interface Times {
  at(offset: number): number;
}

export function createTimes(source: LogSource, name: string): Times {
  let known: Marks = { marks: [], until: 0 };
  return {
    at(offset) {
      const first = known.marks[0];
      if (!first || offset < first.offset || offset >= known.until) known = source.marks(name, offset);
      const { marks } = known;
      let low = 0;
      let high = marks.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((marks[middle]?.offset ?? Infinity) <= offset) low = middle + 1;
        else high = middle;
      }
      return marks[Math.max(0, low - 1)]?.time ?? 0;
    },
  };
}
