export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => ({ min: Math.min(...values), median: median(values), max: Math.max(...values) });

/** One ratio per repetition: what disturbs a repetition disturbs both sides of it. */
export const ratios = (ours, theirs) => ours.map((value, index) => value / theirs[index]);

/** The value that so many of a hundred do not exceed. */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

const round = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

export const show = ({ min, median: middle, max }, unit = '') =>
  `${round(middle)}${unit} (${round(min)}–${round(max)})`;
