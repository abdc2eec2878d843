import { rmSync } from 'node:fs';
import { FailureError } from '../core/failure.ts';
import { isRecord, readJson, sweepDrafts, writeAtomically } from './file.ts';
import { takeLock, type Holder, type IsAlive } from './lock.ts';
import type { ProjectPaths } from './paths.ts';

/** Who runs an instance. Stays behind after the end (without `pid`), so that `down` and `logs` know it. */
export interface Session {
  readonly instance: string;
  readonly stack: string;
  /** The checkout. */
  readonly root: string;
  /** Of another instance of the checkout than its own. */
  readonly name?: string;
  readonly version: string;
  /** Prefix of the run ids of its processes. */
  readonly id: string;
  readonly socket: string;
  /** When it began, or, once it is over, when it ended; ms since the epoch. */
  readonly since: number;
  /** The process that serves it; undefined when it has ended in order. */
  readonly pid?: number;
  readonly startTime?: number;
  readonly boot?: string;
}

export type LiveSession = Session & Holder;

/** Undefined when there is none, when it cannot be read, and when it came along with a copy of the checkout. */
export function readSession(paths: ProjectPaths): Session | undefined {
  const session = sessionIn(readJson(paths.session));
  return session?.root === paths.root ? session : undefined;
}

export function sessionIn(value: unknown): Session | undefined {
  if (!isRecord(value)) return undefined;
  const { instance, stack, root, name, version, id, socket, since, pid, startTime, boot } = value;
  if (typeof instance !== 'string' || typeof stack !== 'string' || typeof version !== 'string') return undefined;
  if (typeof id !== 'string' || typeof socket !== 'string' || typeof root !== 'string') return undefined;
  return {
    instance,
    stack,
    root,
    ...(typeof name === 'string' && { name }),
    version,
    id,
    socket,
    since: typeof since === 'number' ? since : 0,
    ...(typeof pid === 'number' && { pid }),
    ...(typeof startTime === 'number' && { startTime }),
    ...(typeof boot === 'string' && { boot }),
  };
}

/** Its process still runs. */
export function isLive(session: Session | undefined, isAlive: IsAlive): session is LiveSession {
  if (session?.pid === undefined || session.startTime === undefined) return false;
  const { pid, startTime, boot } = session;
  return isAlive({ pid, startTime, ...(boot !== undefined && { boot }) });
}

export function lockOf({ session }: ProjectPaths): string {
  return `${session}.lock`;
}

/**
 * Takes the instance; a session whose process is gone is taken over without a word.
 * Throws `already-running` when somebody has it. Two at once: the lock file decides.
 */
export function takeSession(paths: ProjectPaths, session: LiveSession, isAlive: IsAlive): void {
  const { pid, startTime, boot, root } = session;
  const own = { pid, startTime, root, ...(boot !== undefined && { boot }) };
  const holder = takeLock(lockOf(paths), own, isAlive);
  if (holder) throw new FailureError({ code: 'already-running', instance: session.instance, pid: holder.pid });
  for (const folder of [paths.home, paths.folder]) sweepDrafts(folder);
  writeAtomically(paths.session, JSON.stringify(session));
}

/** As it is noted once nobody serves it. */
export function overOf({ pid: _, startTime: __, boot: ___, ...rest }: Session): Session {
  return { ...rest, since: Date.now() };
}

/** Gives the instance back; what `down` needs to know stays. */
export function releaseSession(paths: ProjectPaths, session: Session): Session {
  const over = overOf(session);
  try {
    writeAtomically(paths.session, JSON.stringify(over));
  } catch {
    // On a disk that is full what was noted stays: that its process is gone says the same.
  }
  rmSync(lockOf(paths), { force: true });
  return over;
}
