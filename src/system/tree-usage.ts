import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { pidsOfGroup } from './procfs.ts';
import type { UsageReading } from './usage.ts';

// Linux. Sampled every other second for each service: a file of /proc costs some ten microseconds.

/** The kernel tells user programs of hundredths of a second, whatever it counts in itself. */
const MS_PER_TICK = 10;
/** How often a process that did nothing is asked for children all the same. */
const LOOK_AGAIN = 5;

interface Counters {
  readonly parent: number;
  /** With the time of its children that ended. */
  readonly ticks: number;
  readonly startTime: number;
  readonly pages: number;
}

interface Known {
  readonly startTime: number;
  readonly ticks: number;
  readonly children: readonly number[];
  /** Samples since it was asked for its children. */
  readonly age: number;
}

/**
 * Sums up processes with all that descend from them. A process that used no CPU time since the last call has most
 * likely no new children either, so it is asked for them every fifth time only.
 */
export function createTreeReader(): (pids: readonly number[]) => ReadonlyMap<number, UsageReading> {
  const bytesPerPage = pageSize();
  const tellsChildren = existsSync(`/proc/self/task/${process.pid}/children`);
  let known: ReadonlyMap<number, Known> = new Map();
  return (pids) => {
    const next = new Map<number, Known>();
    const readings = new Map<number, UsageReading>();
    for (const pid of pids) {
      const sum = { ticks: 0, pages: 0 };
      const waiting: Waiting[] = tellsChildren ? [{ pid }] : pidsOfGroup(pid).map((one) => ({ pid: one }));
      for (let one = waiting.pop(); one; one = waiting.pop()) {
        const counters = countersOf(one.pid);
        // A child remembered from the last time may be gone, and its number another's.
        if (!counters || (one.parent !== undefined && one.parent !== counters.parent)) continue;
        sum.ticks += counters.ticks;
        sum.pages += counters.pages;
        if (!tellsChildren) continue;
        const now = refresh(one.pid, counters, known.get(one.pid));
        next.set(one.pid, now);
        for (const child of now.children) waiting.push({ pid: child, parent: one.pid });
      }
      if (sum.pages > 0) readings.set(pid, { cpuMs: sum.ticks * MS_PER_TICK, memoryBytes: sum.pages * bytesPerPage });
    }
    known = next;
    return readings;
  };
}

interface Waiting {
  readonly pid: number;
  /** Of which it is said to be a child. */
  readonly parent?: number;
}

function refresh(pid: number, { ticks, startTime }: Counters, last: Known | undefined): Known {
  const isQuiet = last !== undefined && last.startTime === startTime && last.ticks === ticks;
  if (isQuiet && last.age + 1 < LOOK_AGAIN) return { ...last, age: last.age + 1 };
  return { startTime, ticks, children: childrenOf(pid), age: 0 };
}

/** The name of a process is in parentheses and may hold anything, parentheses too. */
export function parseCounters(stat: string): Counters | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3]);
  if (fields.length < 22) return undefined;
  return { parent: at(4), ticks: at(14) + at(15) + at(16) + at(17), startTime: at(22), pages: at(24) };
}

function countersOf(pid: number): Counters | undefined {
  return parseCounters(readSmall(`/proc/${pid}/stat`));
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const text = readSmall(`/proc/${pid}/task/${thread}/children`);
      return text === '' ? [] : text.trim().split(' ').map(Number);
    });
  } catch {
    return []; // Gone.
  }
}

const shared = Buffer.allocUnsafeSlow(16 * 1024);

/** A third of the price of `readFileSync`, which asks for a size these files do not have. Empty when it is gone. */
function readSmall(file: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    return shared.toString('latin1', 0, readSync(descriptor, shared, 0, shared.length, null));
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const AT_PAGESZ = 6n;
const USUAL_PAGE = 4096;

/** The kernel tells every program in pairs of words. */
function pageSize(): number {
  try {
    const pairs = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= pairs.length; at += 16)
      if (pairs.readBigUInt64LE(at) === AT_PAGESZ) return Number(pairs.readBigUInt64LE(at + 8));
  } catch {
    // Not readable in some sandboxes.
  }
  return USUAL_PAGE;
}
