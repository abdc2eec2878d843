import { lstatSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';
import { crypto } from './crypto.ts';
import { codeOf, isRecord, parseJson, pauseNow, putInPlace, unwritable } from './file.ts';

/** A process, named for ever: its pid may go to another, and after a restart of the machine start times come again. */
export interface Holder {
  readonly pid: number;
  /** As the system tells it; only to be compared. */
  readonly startTime: number;
  /** Of the system it ran on, where start times count from there. */
  readonly boot?: string;
}

export type IsAlive = (holder: Holder) => boolean;

/** Who has a lock; `root` tells a lock that came along with a copy of the folder. */
export interface LockHolder extends Holder {
  readonly root: string;
}

/** A process that takes locks, and what it knows of the others. */
export interface LockTaker {
  readonly self: Holder;
  readonly isAlive: IsAlive;
}

const LOOK_AGAIN_MS = 5;
const OTHERS_DONE_WITHIN_MS = 10_000;

/** Others of this user wait meanwhile, and their whole process does: for work of a millisecond. */
export function whileLocked<T>(file: string, { self, isAlive }: LockTaker, work: () => T): T {
  const lock = `${file}.lock`;
  const own = { ...self, root: realpathSync(path.dirname(file)) };
  const until = performance.now() + OTHERS_DONE_WITHIN_MS;
  for (let holder; (holder = takeLock(lock, own, isAlive)); pauseNow(LOOK_AGAIN_MS)) {
    if (performance.now() < until) continue;
    const reason = `process ${holder.pid} has it locked and does not go on`;
    throw new FailureError({ code: 'state-unwritable', path: file, reason });
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Makes the lock file, or gives who has it. What a dead process left, or what is garbage, is taken over: each such lock
 * is taken away by one process only, the one that holds the lock on that lock. Throws `state-unwritable` where it can
 * be neither made nor read.
 */
export function takeLock(file: string, own: LockHolder, isAlive: IsAlive): LockHolder | undefined {
  try {
    return take(file, own, isAlive);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function take(file: string, own: LockHolder, isAlive: IsAlive): LockHolder | undefined {
  // Complete before it is there: whoever reads it half written would take it for garbage.
  const draft = `${file}.${process.pid}.${crypto().randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
  try {
    while (!putInPlace(draft, file)) {
      const text = readText(file);
      if (text === undefined) continue; // given back meanwhile
      const holder = holderIn(parseJson(text));
      if (holder && holder.root === own.root && isAlive(holder)) return holder;
      const claim = `${file}.${crypto().createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
      if (take(claim, own, isAlive)) {
        pauseNow(LOOK_AGAIN_MS);
        continue;
      }
      if (readText(file) === text) rmSync(file, { force: true });
      rmSync(claim, { force: true });
    }
    return undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // A link to nowhere is as little gone as what is somebody else's.
    if (codeOf(error) !== 'ENOENT' || lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) throw error;
    return undefined;
  }
}

function holderIn(value: unknown): LockHolder | undefined {
  if (!isRecord(value)) return undefined;
  const { pid, startTime, boot, root } = value;
  if (typeof pid !== 'number' || typeof startTime !== 'number' || typeof root !== 'string') return undefined;
  return { pid, startTime, root, ...(typeof boot === 'string' && { boot }) };
}
