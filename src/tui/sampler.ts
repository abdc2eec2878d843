import type { Usage } from '../core/viewing.ts';

/** Asks again and again what everything uses, never twice at once. */
export interface Sampler {
  stop(): void;
}

const INTERVAL_MS = 2_000;
const FIRST_MS = 500;

export function createSampler(
  sample: () => Promise<ReadonlyMap<string, Usage>>,
  take: (usage: ReadonlyMap<string, Usage>) => void,
): Sampler {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const again = (ms: number): void => {
    if (!isStopped) timer = setTimeout(() => void look(), ms);
  };
  const look = async (): Promise<void> => {
    try {
      const usage = await sample();
      if (!isStopped) take(usage);
    } catch {
      // What cannot be read is not shown.
    }
    again(INTERVAL_MS);
  };
  again(FIRST_MS);
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
