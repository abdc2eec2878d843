import { setTimeout } from 'node:timers/promises';
import { FailureError } from '../core/failure.ts';

/** Changes come in crowds: one look is for all of them. */
const CALM_MS = 150;
/** A change that nobody told of is seen after this. */
const AGAIN_MS = 2_000;

/** Rings for changes; whoever waits hears of many at once. */
export interface Bell {
  ring(): void;
  /** Waits until it rings, or has rung since, and a moment more; false when nobody rang for long. */
  heard(): Promise<boolean>;
}

export function createBell(signal: AbortSignal): Bell {
  let hasRung = false;
  let wake: () => void = () => {};
  const ring = (): void => {
    hasRung = true;
    wake();
  };
  return {
    ring,
    async heard() {
      const timer = new AbortController();
      signal.addEventListener('abort', ring);
      const rung = new Promise<void>((resolve) => (wake = resolve));
      if (!hasRung && !signal.aborted)
        await Promise.race([rung, setTimeout(AGAIN_MS, undefined, { signal: timer.signal }).catch(() => {})]);
      timer.abort();
      signal.removeEventListener('abort', ring);
      if (signal.aborted) throw new FailureError({ code: 'interrupted' });
      if (hasRung) await setTimeout(CALM_MS);
      const wasHeard = hasRung;
      hasRung = false;
      return wasHeard;
    },
  };
}
