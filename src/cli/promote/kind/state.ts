import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is remembered of a cluster. Who it is is part of it: another one knows nothing of this. */
interface ClusterState {
  readonly cluster: string;
  /** Jobs that are done, and of which the cluster may have forgotten. */
  readonly done: readonly string[];
}

export function readDone(file: string, cluster: string): ReadonlySet<string> {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as ClusterState;
    return new Set(state.cluster === cluster ? state.done : []);
  } catch {
    return new Set(); // not written yet, or half of it: a Job that is done is done again
  }
}

export function writeDone(file: string, state: ClusterState): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
