import type { EngineResult } from './client.ts';

/** Counters of a container since it began. */
export interface ContainerUsage {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** Asks the engine once, without the second it would wait for a comparison. Undefined for what does not answer. */
export async function readContainerUsage(
  connect: () => Promise<EngineResult>,
  containerId: string,
): Promise<ContainerUsage | undefined> {
  const engine = await connect();
  if (engine.kind === 'unreachable') return undefined;
  try {
    return usageIn(await engine.docker.getContainer(containerId).stats({ stream: false, 'one-shot': true }));
  } catch {
    return undefined; // It is gone, or the engine is.
  }
}

/** The answer of the engine; memory without the files it keeps in case they are read again, as `docker stats` has it. */
export function usageIn(answer: unknown): ContainerUsage | undefined {
  const nanoseconds = numberAt(answer, ['cpu_stats', 'cpu_usage', 'total_usage']);
  const used = numberAt(answer, ['memory_stats', 'usage']);
  // One that ended has no memory at all.
  if (nanoseconds === undefined || used === undefined) return undefined;
  const cached =
    numberAt(answer, ['memory_stats', 'stats', 'inactive_file']) ??
    numberAt(answer, ['memory_stats', 'stats', 'total_inactive_file']) ??
    0;
  return { cpuMs: nanoseconds / 1e6, memoryBytes: Math.max(0, used - cached) };
}

function numberAt(value: unknown, path: readonly string[]): number | undefined {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return typeof at === 'number' ? at : undefined;
}
