import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { average, observe, quantile } from '../../../src/core/observed.ts';
import type { Observation } from '../../../src/core/observed.ts';

const seen = (amounts: readonly number[]): Observation | undefined =>
  amounts.reduce<Observation | undefined>(
    (before, memoryBytes) => observe(before, { memoryBytes, cpuMilli: memoryBytes }, '2026-11-02'),
    undefined,
  );

test('what was seen is counted, with the day of the last time', () => {
  const first = observe(undefined, { memoryBytes: 1_000 }, '2026-11-01');
  expect(first).toEqual({
    samples: 1,
    until: '2026-11-01',
    memory: { peak: 1_000, sum: 1_000, counts: { '73': 1 } },
    cpu: { peak: 0, sum: 0, counts: {} },
  });
  expect(observe(first, { memoryBytes: 1_000, cpuMilli: 0 }, '2026-11-02')).toEqual({
    samples: 2,
    until: '2026-11-02',
    memory: { peak: 1_000, sum: 2_000, counts: { '73': 2 } },
    cpu: { peak: 0, sum: 0, counts: { '0': 1 } },
  });
});

test('of nothing there is neither an average nor a quantile', () => {
  const { cpu } = observe(undefined, { memoryBytes: 5 }, '2026-11-02');
  expect([average(cpu), quantile(cpu, 0.95)]).toEqual([0, 0]);
});

test('a quantile is at most a tenth above that of all that was seen, and never above the peak', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (amounts, share) => {
        const { memory } = seen(amounts) ?? { memory: { peak: 0, sum: 0, counts: {} } };
        const sorted = amounts.toSorted((one, other) => one - other);
        const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
        const found = quantile(memory, share);
        expect(found).toBeGreaterThanOrEqual(exact * 0.999_999);
        expect(found).toBeLessThanOrEqual(Math.min(Math.max(...amounts), exact * 1.100_001));
        expect(average(memory)).toBeCloseTo(amounts.reduce((sum, one) => sum + one, 0) / amounts.length, 0);
      },
    ),
  );
});
