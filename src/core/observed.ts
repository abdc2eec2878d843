/** What was seen of one number, in little room however often it was looked at. */
export interface Spread {
  readonly peak: number;
  readonly sum: number;
  /** How often, by the number of a step: each is a tenth above the one before. */
  readonly counts: { readonly [step: string]: number };
}

/** What a resource was seen to use in dev, over all its runs. */
export interface Observation {
  readonly samples: number;
  /** Of the last one: 2026-11-02. */
  readonly until: string;
  /** Bytes, of all its processes. */
  readonly memory: Spread;
  /** Thousandths of a core. A first look at a run has none. */
  readonly cpu: Spread;
}

/** By resource. */
export type Observed = ReadonlyMap<string, Observation>;

export interface ObservedSample {
  readonly memoryBytes: number;
  readonly cpuMilli?: number;
}

const NOTHING: Spread = { peak: 0, sum: 0, counts: {} };
const STEP = Math.log(1.1);

export function observe(before: Observation | undefined, sample: ObservedSample, day: string): Observation {
  const { samples = 0, memory = NOTHING, cpu = NOTHING } = before ?? {};
  return {
    samples: samples + 1,
    until: day,
    memory: widened(memory, sample.memoryBytes),
    cpu: sample.cpuMilli === undefined ? cpu : widened(cpu, sample.cpuMilli),
  };
}

function widened({ peak, sum, counts }: Spread, value: number): Spread {
  const step = String(value < 1 ? 0 : Math.ceil(Math.log(value) / STEP));
  return {
    peak: Math.max(peak, value),
    sum: sum + value,
    counts: { ...counts, [step]: (counts[step] ?? 0) + 1 },
  };
}

/** At most a tenth above the number that so much of all that was seen is below; never above the peak. */
export function quantile({ peak, counts }: Spread, share: number): number {
  const total = countOf({ counts });
  let seen = 0;
  for (const [step, count] of Object.entries(counts).toSorted(([one], [other]) => Number(one) - Number(other))) {
    seen += count;
    if (seen >= total * share) return Math.min(peak, Number(step) === 0 ? 1 : Math.exp(Number(step) * STEP));
  }
  return peak;
}

export function average(spread: Spread): number {
  const total = countOf(spread);
  return total === 0 ? 0 : spread.sum / total;
}

function countOf({ counts }: Pick<Spread, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
