/** The same numbers for the same seed, from 0 to below 1 (mulberry32). */
export interface Random {
  /** A whole number from 0 to below this. */
  below(limit: number): number;
  pick<T>(of: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick(of) {
      const found = of[below(of.length)];
      if (found === undefined) throw new Error('there is nothing to pick from');
      return found;
    },
  };
}
