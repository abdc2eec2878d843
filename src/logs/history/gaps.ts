import type { Direction } from './walk.ts';

/** Stretches of a log in which nothing was found. */
export interface Gaps {
  add(from: number, to: number): void;
  /** The place itself, or the far end of the stretch it touches. */
  past(place: number, direction: Direction): number;
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

const KEPT = 8192;

export function createGaps(): Gaps {
  let gaps: Gap[] = [];

  /** Index of the first gap that ends at `place` or after it. */
  function indexOf(place: number): number {
    let low = 0;
    let high = gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((gaps[middle]?.to ?? Infinity) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(from, to) {
      if (to <= from) return;
      if (gaps.length >= KEPT) gaps = [];
      const first = indexOf(from);
      let last = first;
      let merged = { from, to };
      for (let gap = gaps[last]; gap && gap.from <= merged.to; gap = gaps[last]) {
        merged = { from: Math.min(gap.from, merged.from), to: Math.max(gap.to, merged.to) };
        last += 1;
      }
      gaps.splice(first, last - first, merged);
    },
    past(place, direction) {
      // Two may touch at the place with a found line between them: only the one in the direction counts.
      for (let index = indexOf(place); index < gaps.length; index++) {
        const gap = gaps[index];
        if (!gap || gap.from > place) return place;
        if (direction === 'before' && gap.from < place && place <= gap.to) return gap.from;
        if (direction === 'after' && gap.from <= place && place < gap.to) return gap.to;
      }
      return place;
    },
  };
}
