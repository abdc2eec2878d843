import type { Observation, Observed, Spread } from '../core/observed.ts';
import { isRecord, readJson, writeAtomically } from './file.ts';
import type { ProjectPaths } from './paths.ts';

const VERSION = 1;

/** Of what is no observation, or of another version, nothing is known. */
export function readObserved({ observed }: Pick<ProjectPaths, 'observed'>): Observed {
  const found = readJson(observed);
  if (!isRecord(found) || found['version'] !== VERSION || !isRecord(found['resources'])) return new Map();
  return new Map(
    Object.entries(found['resources']).flatMap(([name, value]): [string, Observation][] => {
      const observation = observationIn(value);
      return observation ? [[name, observation]] : [];
    }),
  );
}

export function writeObserved({ observed }: Pick<ProjectPaths, 'observed'>, all: Observed): void {
  const names = [...all.keys()].toSorted();
  const resources = Object.fromEntries(names.map((name) => [name, all.get(name)]));
  writeAtomically(observed, `${JSON.stringify({ version: VERSION, resources })}\n`);
}

function observationIn(value: unknown): Observation | undefined {
  if (!isRecord(value)) return undefined;
  const { samples, until } = value;
  const [memory, cpu] = [spreadIn(value['memory']), spreadIn(value['cpu'])];
  if (!isAmount(samples) || typeof until !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(until)) return undefined;
  return memory && cpu && { samples, until, memory, cpu };
}

function spreadIn(value: unknown): Spread | undefined {
  if (!isRecord(value) || !isRecord(value['counts'])) return undefined;
  const { peak, sum } = value;
  const counts: Record<string, number> = {};
  for (const [step, count] of Object.entries(value['counts'])) {
    if (!/^\d+$/.test(step) || !isAmount(count)) return undefined;
    counts[step] = count;
  }
  return isAmount(peak) && isAmount(sum) ? { peak, sum, counts } : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
