/** Tells single, double and triple clicks apart. */
export interface Clicks {
  /** How many this one makes: 1, 2 or 3, then 1 again. */
  press(column: number, row: number, now: number): number;
}

const CLICK_MS = 400;

export function createClicks(): Clicks {
  let last = { at: Number.NEGATIVE_INFINITY, row: -1, column: -1, count: 0 };
  return {
    press(column, row, now) {
      const isSame = now - last.at < CLICK_MS && last.row === row && Math.abs(last.column - column) < 2;
      last = { at: now, row, column, count: isSame ? (last.count % 3) + 1 : 1 };
      return last.count;
    },
  };
}
