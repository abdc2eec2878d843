import { rmSync, writeFileSync } from 'node:fs';
import { FailureError } from '../core/failure.ts';
import { isRecord, readJson, writeAtomically } from './file.ts';
import type { ProjectPaths } from './paths.ts';

/** Who runs a checkout. Stays behind after the end (without `pid`), so that `down` and `logs` know the instance. */
export interface Session {
  readonly instance: string;
  readonly stack: string;
  readonly version: string;
  /** Prefix of the run ids of its processes. */
  readonly id: string;
  readonly socket: string;
  /** The process that serves it; undefined when it has ended in order. */
  readonly pid?: number;
  /** As the system tells it, so that a recycled pid is not taken for it. */
  readonly startTime?: number;
}

export function readSession(paths: ProjectPaths): Session | undefined {
  const value = readJson(paths.session);
  if (!isRecord(value)) return undefined;
  const { instance, stack, version, id, socket, pid, startTime } = value;
  if (typeof instance !== 'string' || typeof stack !== 'string' || typeof version !== 'string') return undefined;
  if (typeof id !== 'string' || typeof socket !== 'string') return undefined;
  return {
    instance,
    stack,
    version,
    id,
    socket,
    ...(typeof pid === 'number' && { pid }),
    ...(typeof startTime === 'number' && { startTime }),
  };
}

export type IsAlive = (pid: number, startTime: number) => boolean;

/** Its process still runs. */
export function isLive(
  session: Session | undefined,
  isAlive: IsAlive,
): session is Session & { pid: number; startTime: number } {
  return session?.pid !== undefined && session.startTime !== undefined && isAlive(session.pid, session.startTime);
}

/**
 * Takes the checkout; a session whose process is gone is taken over without a word.
 * Throws `already-running` when somebody has it. Two at once: the lock file decides.
 */
export function takeSession(
  paths: ProjectPaths,
  session: Session & { pid: number; startTime: number },
  isAlive: IsAlive,
): void {
  const lock = `${paths.session}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lock, JSON.stringify({ pid: session.pid, startTime: session.startTime }), {
        flag: 'wx',
        mode: 0o600,
      });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = readJson(lock);
      const alive =
        isRecord(holder) &&
        typeof holder['pid'] === 'number' &&
        typeof holder['startTime'] === 'number' &&
        isAlive(holder['pid'], holder['startTime']);
      if (alive || attempt > 20) {
        throw new FailureError({
          code: 'already-running',
          instance: session.instance,
          pid: isRecord(holder) ? Number(holder['pid']) : 0,
        });
      }
      rmSync(lock, { force: true });
    }
  }
  writeAtomically(paths.session, JSON.stringify(session));
}

/** Gives the checkout back; what `down` needs to know stays. */
export function releaseSession(paths: ProjectPaths, session: Session): void {
  const { pid: _, startTime: __, ...rest } = session;
  writeAtomically(paths.session, JSON.stringify(rest));
  rmSync(`${paths.session}.lock`, { force: true });
}
