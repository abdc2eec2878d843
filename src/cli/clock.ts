import type { Clock } from '../engine/ports.ts';

/** The clock of this machine. */
export const clock: Clock = {
  now: Date.now,
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
