import { show, spread } from './statistics.mjs';

/** Measured values against a limit: the median decides; without a limit it is only told. */
export function row(what, values, { limit, unit = '', note = '', isRatio = false }) {
  const list = Array.isArray(values) ? values : [values];
  const all = spread(list);
  return {
    what,
    value: list.length === 1 ? `${Number(all.median.toFixed(2))}${unit}` : show(all, unit),
    limit: limit === undefined ? '' : `≤ ${limit}${unit}`,
    verdict: limit === undefined ? 'info' : all.median <= limit ? 'PASS' : 'FAIL',
    note,
    isRatio,
    values: list,
  };
}

/** What is to be large. */
export function atLeast(what, values, least, { unit = '', ...options }) {
  const one = row(what, values, { unit, ...options });
  return { ...one, limit: `≥ ${least}${unit}`, verdict: spread(one.values).median >= least ? 'PASS' : 'FAIL' };
}

export function exactly(what, count, wanted, note = '') {
  return {
    what,
    value: String(count),
    limit: `= ${wanted}`,
    verdict: count === wanted ? 'PASS' : 'FAIL',
    note,
    isRatio: false,
    values: [count],
  };
}

/** Lines that did not arrive whole: wrong on any machine. */
export const losses = (what, count, note = '') => ({ ...exactly(what, count, 0, note), isLoss: true });

export const skipped = (what, why) => ({
  what,
  value: '',
  limit: '',
  verdict: 'skipped',
  note: why,
  isRatio: false,
  values: [],
});

const NOISE = 0.15;

/** The same thing against itself: further from 1 than 15 %, and the ratios of this case judge nothing. */
export function judgeNoise(rows, control) {
  if (control.length === 0) return rows;
  const all = spread(control);
  const noisy = Math.abs(all.median - 1) > NOISE;
  const judged = noisy
    ? rows.map((one) => (one.isRatio && one.verdict !== 'info' ? { ...one, verdict: `noisy (${one.verdict})` } : one))
    : rows;
  return [
    ...judged,
    {
      what: 'control: the peer against itself',
      value: show(all, 'x'),
      limit: '',
      verdict: noisy ? 'noisy' : 'steady',
      note: '',
      isRatio: false,
      values: control,
    },
  ];
}
