import { isClocked } from '../kubernetes/cluster.ts';
import type { Workload } from '../workload.ts';

/** When each begins: what waits for the end of a task comes one wave after it, and a task one after all it needs. */
export function wavesOf(workloads: readonly Workload[]): ReadonlyMap<string, number> {
  const waves = new Map<string, number>();
  const waveOf = (name: string): number => {
    const known = waves.get(name);
    if (known !== undefined) return known;
    const workload = workloads.find((one) => one.name === name);
    if (!workload) return 0;
    waves.set(name, 0);
    const least = Math.max(0, ...workload.needs.map(({ on, gate }) => waveOf(on) + (gate === 'done' ? 1 : 0)));
    const isRunOnce = workload.role === 'task' && !isClocked(workload) && workload.needs.length > 0;
    const wave = isRunOnce ? Math.max(least, 1 + Math.max(...workload.needs.map(({ on }) => waveOf(on)))) : least;
    waves.set(name, wave);
    return wave;
  };
  for (const { name } of workloads) waveOf(name);
  return waves;
}
