import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Larger files are compared by size and time only. */
const HASHED_BYTES = 1 << 20;

interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly hash: string | undefined;
}

/**
 * `unsettled`: gone or emptied, as files are for a moment in the middle of many saves; look again.
 */
export type Verdict = 'same' | 'changed' | 'unsettled';

/** What the watched files contained when they were last looked at. */
export interface Contents {
  /** Compares the file with what is known and remembers what it is now. `final`: an unsettled file has changed. */
  judge(file: string, final: boolean): Verdict;
  /** A file that exists; its content stays unknown, and unknown counts as changed. */
  learn(file: string): void;
  /** Remembers what is in the file, unless something became known (or `forget` was called) before `keep`. */
  sample(file: string): { keep(): void } | undefined;
  /** What a sample has seen may be newer than the change that is about to be judged. */
  dropSample(file: string): void;
  filesBelow(directory: string): readonly string[];
  retain(isWanted: (file: string) => boolean): void;
}

export function createContents(): Contents {
  const known = new Map<string, Stamp | undefined>();
  const samples = new Set<string>();
  return {
    judge(file, final) {
      const now = stampOf(file);
      if (now === 'not-a-file') return 'same';
      const before = known.get(file);
      if (now === undefined) {
        if (!known.has(file)) return 'same';
        if (!final) return 'unsettled';
        known.delete(file);
        return 'changed';
      }
      if (!final && now.size === 0 && (before === undefined ? known.has(file) : before.size > 0)) return 'unsettled';
      known.set(file, now);
      return before && isSame(before, now) ? 'same' : 'changed';
    },
    learn(file) {
      if (!known.has(file)) known.set(file, undefined);
    },
    sample(file) {
      if (known.get(file)) return undefined;
      const stamp = stampOf(file);
      if (stamp === undefined || stamp === 'not-a-file') return undefined;
      samples.add(file);
      return {
        keep() {
          if (samples.delete(file) && !known.get(file)) known.set(file, stamp);
        },
      };
    },
    dropSample(file) {
      samples.delete(file);
    },
    filesBelow(directory) {
      return [...known.keys()].filter((file) => file.startsWith(`${directory}/`));
    },
    retain(isWanted) {
      for (const file of known.keys()) if (!isWanted(file)) known.delete(file);
    },
  };
}

function stampOf(file: string): Stamp | 'not-a-file' | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return undefined;
    // Reading a FIFO would block for ever.
    if (!stat.isFile()) return 'not-a-file';
    const { size, mtimeMs } = stat;
    return { size, mtimeMs, hash: size > HASHED_BYTES ? undefined : hash('sha1', readFileSync(file), 'base64') };
  } catch {
    return undefined; // It vanished in between, or may not be read: to the service it is gone as well.
  }
}

function isSame(before: Stamp, now: Stamp): boolean {
  if (before.hash !== undefined && now.hash !== undefined) return before.hash === now.hash;
  return before.size === now.size && before.mtimeMs === now.mtimeMs;
}
