import type { Exit } from '../../core/failure.ts';
import { constants } from 'node:os';

export const KILLED_CODE = 137;

/** Engines report a death by signal as 128 + its number. */
export function exitOf(code: number, outOfMemory: boolean): Exit {
  if (code === KILLED_CODE) return { kind: 'signal', signal: 'SIGKILL', outOfMemory };
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return code > 128 && signal !== undefined ? { kind: 'signal', signal, outOfMemory: false } : { kind: 'code', code };
}
