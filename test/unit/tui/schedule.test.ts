import { expect, test } from 'vitest';
import { createSchedule, type Schedule } from '../../../src/tui/schedule.ts';

/** Frames of a schedule, as the times between them. */
async function gaps(count: number, isBusy: boolean, ask: (schedule: Schedule) => void): Promise<readonly number[]> {
  const at: number[] = [];
  await new Promise<void>((resolve) => {
    const schedule = createSchedule({
      draw() {
        at.push(performance.now());
        if (at.length <= count) return ask(schedule);
        schedule.stop();
        resolve();
      },
      isReady: () => true,
      onReady: () => undefined,
      isBusy: () => isBusy,
    });
    ask(schedule);
  });
  return at.slice(1).map((time, index) => time - (at[index] ?? 0));
}

// A timer may be a millisecond early.
const FRAME_MS = 1000 / 30 - 1.5;

test('there is a frame time between two frames', async () => {
  for (const gap of await gaps(3, false, (schedule) => schedule.ask())) expect(gap).toBeGreaterThan(FRAME_MS);
  for (const gap of await gaps(3, false, (schedule) => schedule.askIdly())) expect(gap).toBeGreaterThan(FRAME_MS);
});

test('while there is much to do, what comes by itself has half of the frames', async () => {
  for (const gap of await gaps(3, true, (schedule) => schedule.askIdly())) expect(gap).toBeGreaterThan(2 * FRAME_MS);
});

test('what a user does is not kept waiting by what comes by itself', async () => {
  const order: string[] = [];
  const drawn = new Promise<void>((resolve) => {
    const schedule = createSchedule({
      draw() {
        order.push('frame');
        if (order.length > 1) return resolve();
        schedule.askIdly();
        schedule.ask();
        // A frame time after the one before: sooner than the two that the first would take.
        setTimeout(() => order.push('one and a half'), 50);
      },
      isReady: () => true,
      onReady: () => undefined,
      isBusy: () => true,
    });
    schedule.ask();
  });
  await drawn;
  expect(order).toEqual(['frame', 'frame']);
});

test('while the terminal is behind there is none, and one once it is not', async () => {
  let caughtUp: (() => void) | undefined;
  let frames = 0;
  const drawn = new Promise<void>((resolve) => {
    const schedule = createSchedule({
      draw() {
        frames++;
        resolve();
      },
      isReady: () => caughtUp !== undefined,
      onReady(callback) {
        caughtUp = callback;
        expect(frames).toBe(0);
        callback();
      },
      isBusy: () => false,
    });
    schedule.ask();
  });
  await drawn;
  expect(frames).toBe(1);
});
