import { observe } from '../core/observed.ts';
import type { Observation, Observed } from '../core/observed.ts';
import type { Usage, UsageSampler } from '../system/usage.ts';

export interface ObserverParts {
  readonly sampler: UsageSampler;
  read(): Observed;
  write(all: Observed): void;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Also a sampler: what whoever shows it looks at is written down as well. */
export interface Observer extends UsageSampler {
  /** Looks by itself from here on, where nobody else does. */
  begin(): void;
  close(): void;
}

const FIRST_MS = 2_000;
/** Some ten microseconds a process, and a request of the engine for each container. */
const INTERVAL_MS = 10_000;
const WRITE_MS = 60_000;

/** Keeps what each resource was seen to use, added to what earlier runs were. */
export function createObserver({ sampler, read, write, now }: ObserverParts): Observer {
  let all: Map<string, Observation> | undefined;
  let last: ReadonlyMap<string, Usage> = new Map();
  let lookedAt = 0;
  let writtenAt = 0;
  let isChanged = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function sample(): Promise<ReadonlyMap<string, Usage>> {
    lookedAt = now();
    const usages = await sampler.sample();
    if (isClosed) return usages;
    all ??= new Map(read());
    const day = new Date(now()).toISOString().slice(0, 10);
    for (const [name, { cpu, memoryBytes }] of usages) {
      // The first look at a run has nothing to compare with.
      const amounts = { memoryBytes, ...(last.has(name) && { cpuMilli: Math.round(cpu * 1_000) }) };
      all.set(name, observe(all.get(name), amounts, day));
      isChanged = true;
    }
    last = usages;
    if (now() - writtenAt >= WRITE_MS) keep();
    return usages;
  }

  function keep(): void {
    if (!all || !isChanged) return;
    writtenAt = now();
    isChanged = false;
    try {
      write(all);
    } catch {
      // What is not written down is not suggested.
    }
  }

  const again = (ms: number): void => {
    if (isClosed) return;
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  const look = async (): Promise<void> => {
    if (now() - lookedAt >= INTERVAL_MS) await sample().catch(() => undefined);
    again(INTERVAL_MS);
  };

  return {
    sample,
    begin: () => again(FIRST_MS),
    close() {
      isClosed = true;
      clearTimeout(timer);
      keep();
    },
  };
}
