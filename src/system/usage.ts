import * as ps from './ps.ts';
import { createTreeReader } from './tree-usage.ts';

/** What a run uses at a moment. */
export interface Usage {
  /** Since the sample before, as a share of one core: 2 is two cores. 0 in the first sample of a run. */
  readonly cpu: number;
  /** Resident memory of all its processes; what they share counts once for each of them. */
  readonly memoryBytes: number;
}

/** Its counters. */
export interface UsageReading {
  /** CPU time since it began. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

export interface UsageSources {
  /** Runs of this machine, by the pid of their first process. */
  natives(): readonly { readonly name: string; readonly pid: number }[];
  containers(): readonly { readonly name: string; readonly containerId: string }[];
  /** Undefined for what is not there (any more). */
  readContainer(containerId: string): Promise<UsageReading | undefined>;
  /** Ms on any clock that does not jump. */
  now(): number;
}

export interface UsageSampler {
  /** By name. What cannot be read is missing. */
  sample(): Promise<ReadonlyMap<string, Usage>>;
}

interface Sampled {
  /** Another pid or container is another run. */
  readonly id: string;
  readonly at: number;
  readonly cpuMs: number;
}

/** Looks only when asked to, so that nobody pays for what nobody sees. */
export function createUsage(sources: UsageSources): UsageSampler {
  const readTrees = process.platform === 'linux' ? createTreeReader() : undefined;
  let before: ReadonlyMap<string, Sampled> = new Map();
  return {
    async sample() {
      const natives = sources.natives();
      const pids = natives.map(({ pid }) => pid);
      const [trees, containers] = await Promise.all([
        readTrees ? readTrees(pids) : readByPs(pids),
        Promise.all(
          sources.containers().map(async ({ name, containerId }) => ({
            name,
            id: containerId,
            reading: await sources.readContainer(containerId),
          })),
        ),
      ]);
      const at = sources.now();
      const after = new Map<string, Sampled>();
      const usages = new Map<string, Usage>();
      const runs = natives.map(({ name, pid }) => ({ name, id: String(pid), reading: trees.get(pid) }));
      for (const { name, id, reading } of [...runs, ...containers]) {
        if (!reading) continue;
        const { cpuMs, memoryBytes } = reading;
        const last = before.get(name);
        const spentMs = last?.id === id ? at - last.at : 0;
        // A process that ended without its parent asking for it takes its time along.
        const cpu = last && spentMs > 0 ? Math.max(0, cpuMs - last.cpuMs) / spentMs : 0;
        usages.set(name, { cpu, memoryBytes });
        after.set(name, { id, at, cpuMs });
      }
      before = after;
      return usages;
    },
  };
}

async function readByPs(pids: readonly number[]): Promise<ReadonlyMap<number, UsageReading>> {
  if (pids.length === 0) return new Map();
  return sumTrees(await ps.usageRows(), pids);
}

/** Each of the processes with all that descend from it. */
export function sumTrees(rows: readonly ps.UsageRow[], pids: readonly number[]): ReadonlyMap<number, UsageReading> {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const children = new Map<number, ps.UsageRow[]>();
  for (const row of rows) {
    const list = children.get(row.parent);
    if (list) list.push(row);
    else children.set(row.parent, [row]);
  }
  const sums = new Map<number, UsageReading>();
  for (const pid of pids) {
    const root = byPid.get(pid);
    if (!root) continue;
    let cpuMs = 0;
    let memoryBytes = 0;
    const waiting = [root];
    for (let row = waiting.pop(); row; row = waiting.pop()) {
      cpuMs += row.cpuMs;
      memoryBytes += row.memoryBytes;
      waiting.push(...(children.get(row.pid) ?? []));
    }
    sums.set(pid, { cpuMs, memoryBytes });
  }
  return sums;
}
