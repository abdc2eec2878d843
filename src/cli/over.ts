import type { ResourceStatus } from '../core/engine.ts';

/** Nothing runs, nothing will: no restart pending, and no watched file could bring a failed one back. */
export function isOver(statuses: readonly ResourceStatus[], isWatched: (name: string) => boolean): boolean {
  // What was stopped by hand may be started again by hand.
  if (statuses.some(({ wanted, run }) => !wanted && run > 0)) return false;
  const wanted = statuses.filter((status) => status.wanted);
  if (wanted.some(({ name, lifecycle }) => lifecycle.kind === 'failed' && isWatched(name))) return false;
  const hasEnded = ({ lifecycle, blockedBy }: ResourceStatus): boolean =>
    lifecycle.kind === 'failed' ||
    lifecycle.kind === 'done' ||
    (lifecycle.kind === 'idle' && blockedBy.some(({ hopeless }) => hopeless));
  return wanted.length > 0 && wanted.every(hasEnded);
}
