import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Unfinished } from './carry-data.ts';

/** What is remembered of a cluster. Who it is is part of it: another one knows nothing of this. */
interface ClusterState {
  readonly cluster: string;
  /** Jobs that are done, and of which the cluster may have forgotten. */
  readonly done: readonly string[];
  /** Servers, with a slash and the database, that have a part of the data of dev: a copy was cut off. */
  readonly cut?: readonly string[];
}

export interface Remembered {
  readonly done: ReadonlySet<string>;
  readonly cut: ReadonlySet<string>;
}

export function readState(file: string, cluster: string): Remembered {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as ClusterState;
    if (state.cluster === cluster) return { done: new Set(state.done), cut: new Set(state.cut) };
  } catch {
    // not written yet, or half of it: a Job that is done is done again
  }
  return { done: new Set(), cut: new Set() };
}

/** What is not given stays. */
export function writeState(
  file: string,
  cluster: string,
  change: { readonly done?: Iterable<string>; readonly cut?: Iterable<string> },
): void {
  const { done, cut } = { ...readState(file, cluster), ...change };
  const state: ClusterState = { cluster, done: [...done], cut: [...cut] };
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Written at once: whoever is killed says nothing any more. */
export function unfinishedIn(file: string, cluster: string): Unfinished {
  const others = (copy: string) => [...readState(file, cluster).cut].filter((one) => one !== copy);
  return {
    has: (copy) => readState(file, cluster).cut.has(copy),
    add: (copy) => writeState(file, cluster, { cut: [...others(copy), copy] }),
    remove: (copy) => writeState(file, cluster, { cut: others(copy) }),
  };
}
