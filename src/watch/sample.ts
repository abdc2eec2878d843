import type { Contents } from './contents.ts';

const WORK_MS = 4;
const REST_MS = 20;
/** By then the event of any write before the sample has arrived. */
const DOUBT_MS = 250;

/**
 * Remembers the content of files in the background, so that a touch without a change can be told from a change.
 * A sample counts only when no event for its file follows: it may already hold a change that is yet to be told.
 */
export function sampleSlowly(
  contents: Contents,
  files: readonly string[],
  namesOf: (file: string) => readonly string[],
  signal: AbortSignal,
): void {
  let next = 0;
  function work(): void {
    if (signal.aborted) return;
    const samples: { keep(): void }[] = [];
    const end = performance.now() + WORK_MS;
    for (; next < files.length && performance.now() < end; next += 1) {
      const file = files[next];
      const sample = file !== undefined && namesOf(file).length > 0 ? contents.sample(file) : undefined;
      if (sample) samples.push(sample);
    }
    // After a stall timers come before file events; the immediate comes after both.
    const keep = () => setImmediate(() => samples.forEach((sample) => sample.keep()));
    setTimeout(keep, DOUBT_MS).unref();
    if (next < files.length) setTimeout(work, REST_MS).unref();
  }
  work();
}
