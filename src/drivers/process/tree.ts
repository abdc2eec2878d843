/** What is known about processes on this machine. */
export interface ProcessTable {
  /** Living members of a group, zombies left out. */
  groupMembers(pgid: number): readonly number[];
  /** Living processes whose environment carries a run id that begins with `prefix`. */
  ofRun(prefix: string): Promise<readonly { readonly pid: number; readonly startTime: number }[]>;
  isAlive(pid: number, startTime: number): boolean;
}

/** The processes of one run: its group, and those that left it for a session of their own. */
export interface Tree {
  readonly pgid: number;
  readonly runId: string;
}

/** False: there is no such group (any more). */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch {
    return false; // ESRCH
  }
}

/** ESRCH answers at once in the usual case; a zombie nobody reaps still answers, so then the table is asked. */
export function isGroupGone(table: ProcessTable, pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
  } catch {
    return true;
  }
  return table.groupMembers(pgid).length === 0;
}

export interface EndOptions {
  readonly table: ProcessTable;
  /** Time for what is left of the group to end by itself. */
  readonly graceMs: number;
  /** The group has had the stop signal: a second one makes many programs quit without cleaning up. */
  readonly wasAsked: boolean;
  /** True once everything must go at once. */
  readonly isKilled: () => boolean;
}

const POLL_MS = 10;
const SLOW_POLL_MS = 50;
/** After KILL nothing should be left; a process stuck in the kernel is not waited for longer than this. */
const KILLED_MS = 5_000;

/** Ends what the main process left behind; resolves when nothing of the run is alive. False: something would not die. */
export async function endTree(tree: Tree, options: EndOptions): Promise<boolean> {
  const groupGone = await endGroup(tree.pgid, options);
  const strays = await options.table.ofRun(tree.runId);
  if (strays.length === 0) return groupGone;
  const alive = (): boolean => strays.some(({ pid, startTime }) => options.table.isAlive(pid, startTime));
  const signal = (name: NodeJS.Signals): void => {
    for (const { pid, startTime } of strays) {
      if (!options.table.isAlive(pid, startTime)) continue;
      try {
        process.kill(pid, name);
      } catch {
        // ended between the look and the signal
      }
    }
  };
  signal('SIGTERM');
  if (await until(() => !alive(), options.graceMs, options.isKilled)) return groupGone;
  signal('SIGKILL');
  return (await until(() => !alive(), KILLED_MS)) && groupGone;
}

async function endGroup(pgid: number, { table, graceMs, wasAsked, isKilled }: EndOptions): Promise<boolean> {
  if (isGroupGone(table, pgid)) return true;
  if (!wasAsked) signalGroup(pgid, 'SIGTERM');
  if (await until(() => isGroupGone(table, pgid), graceMs, isKilled)) return true;
  signalGroup(pgid, 'SIGKILL');
  return until(() => isGroupGone(table, pgid), KILLED_MS);
}

/** Asks again and again, quickly at first; false when the time is over or `stopEarly` says so. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  limitMs: number,
  stopEarly: () => boolean = () => false,
): Promise<boolean> {
  const start = performance.now();
  for (;;) {
    if (await holds()) return true;
    const spent = performance.now() - start;
    if (spent >= limitMs || stopEarly()) return false;
    await new Promise((resolve) => setTimeout(resolve, spent < 500 ? POLL_MS : SLOW_POLL_MS));
  }
}
