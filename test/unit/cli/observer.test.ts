import { expect, test } from 'vitest';
import { createObserver } from '../../../src/cli/observer.ts';
import { observe } from '../../../src/core/observed.ts';
import type { Observed } from '../../../src/core/observed.ts';
import type { Usage } from '../../../src/system/usage.ts';

const DAY = Date.UTC(2026, 10, 2);

function observerOf(before: Observed = new Map()) {
  const written: Observed[] = [];
  let usages: ReadonlyMap<string, Usage> = new Map();
  let now = DAY;
  let isFull = false;
  const observer = createObserver({
    sampler: { sample: () => Promise.resolve(usages) },
    read: () => before,
    write(all) {
      if (isFull) throw new Error('no space left on device');
      written.push(new Map(all));
    },
    now: () => now,
  });
  return {
    observer,
    written,
    fill: () => void (isFull = true),
    async see(cpu: number, memoryBytes: number, afterMs = 0): Promise<void> {
      now += afterMs;
      usages = new Map([['api', { cpu, memoryBytes }]]);
      expect(await observer.sample()).toBe(usages);
    },
  };
}

test('what is looked at is added to what earlier runs were seen to use', async () => {
  const before = observe(undefined, { memoryBytes: 900, cpuMilli: 5 }, '2026-10-01');
  const { observer, written, see } = observerOf(
    new Map([
      ['api', before],
      ['old', before],
    ]),
  );
  await see(0, 100);
  await see(0.25, 200, 2_000);
  observer.close();
  const first = observe(before, { memoryBytes: 100 }, '2026-11-02');
  expect(written.at(-1)).toEqual(
    new Map([
      ['api', observe(first, { memoryBytes: 200, cpuMilli: 250 }, '2026-11-02')],
      ['old', before],
    ]),
  );
});

test('it is written at once, then each minute, and at the end', async () => {
  const { observer, written, see } = observerOf();
  await see(0, 1);
  await see(0, 1, 30_000);
  expect(written).toHaveLength(1);
  await see(0, 1, 30_000);
  expect(written).toHaveLength(2);
  observer.close();
  expect(written).toHaveLength(2);
});

test("after the end nothing is kept, and what cannot be written is nobody's trouble", async () => {
  const { observer, written, see, fill } = observerOf();
  fill();
  await see(0, 1);
  observer.close();
  await see(0, 1, 90_000);
  expect(written).toEqual([]);
});
