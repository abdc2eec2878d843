import type { PortHolder } from '../core/port-holder.ts';
import { instanceOfRun, type OwnedProcess, type ProcessMark, type SystemProcess } from './process.ts';
import * as procfs from './procfs.ts';
import * as ps from './ps.ts';

const isLinux = process.platform === 'linux';

/**
 * Our processes that belong to the run, zombies left out; found by their environment, or by descent.
 * The first parts of a run id name all runs that begin with them.
 */
export function processesOf({ runId }: { readonly runId: string }): readonly SystemProcess[] {
  return processesOfRuns([runId])[0] ?? [];
}

/** The same for many: all processes are looked at once. */
export function processesOfRuns(runIds: readonly string[]): readonly (readonly SystemProcess[])[] {
  return isLinux ? procfs.processesOfRuns(runIds) : ps.processesOfRuns(runIds);
}

/** All that any session of the instance started and that still runs. */
export function processesOfInstance(instance: string): readonly SystemProcess[] {
  const isOfInstance = (runId: string): boolean => instanceOfRun(runId) === instance;
  return (isLinux ? procfs.processesWhere([isOfInstance]) : ps.processesWhere([isOfInstance]))[0] ?? [];
}

/** All processes of ours that carry a run id, whosever it is. */
export function ownedProcesses(): readonly OwnedProcess[] {
  return isLinux ? procfs.ownedProcesses() : ps.ownedProcesses();
}

/** What tells a process from all others, earlier and later ones too. */
export function markOf(pid: number): ProcessMark {
  const boot = isLinux ? procfs.bootId() : undefined; // elsewhere start times are dates
  return { pid, startTime: startTimeOf(pid) ?? 0, ...(boot !== undefined && { boot }) };
}

let self: ProcessMark | undefined;

/** This process, as one among others that take locks. To find out its start time can take a process of its own. */
export function lockTaker(): { readonly self: ProcessMark; readonly isAlive: (mark: ProcessMark) => boolean } {
  return { self: (self ??= markOf(process.pid)), isAlive: livesOn };
}

/** That very process lives. */
export function livesOn({ pid, startTime, boot }: ProcessMark): boolean {
  return (boot === undefined || boot === procfs.bootId()) && isAlive(pid, startTime);
}

/** Undefined when it is not alive; a zombie is not. */
export function startTimeOf(pid: number): number | undefined {
  return isLinux ? procfs.statOf(pid)?.startTime : ps.rowOf(pid)?.startTime;
}

/** With a start time: whether that very process lives, not another that got its pid. */
export function isAlive(pid: number, startTime?: number): boolean {
  if (!mayExist(pid)) return false;
  const actual = startTimeOf(pid);
  return actual !== undefined && (startTime === undefined || actual === startTime);
}

let groups: ReadonlyMap<number, readonly number[]> | undefined;

/**
 * Living processes of the group. When a stack stops, hundreds of groups are asked about at once: one look at all processes
 * is the answer for the rest of a turn of the event loop.
 */
export function groupMembers(pgid: number): readonly number[] {
  // Where nobody reaps orphans a group of zombies stays, so only a "no" is certain.
  if (!mayExist(-pgid)) return [];
  // A group that is younger than the look has the process that it is named after.
  if (!groups || (!groups.has(pgid) && isAlive(pgid))) groups = lookAtGroups();
  return groups.get(pgid) ?? [];
}

function lookAtGroups(): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const { pid, pgid } of isLinux ? procfs.pidsWithGroups() : ps.pidsWithGroups()) {
    const members = found.get(pgid);
    if (members) members.push(pid);
    else found.set(pgid, [pid]);
  }
  setImmediate(() => (groups = undefined));
  return found;
}

/** TCP ports any of them listens on, in order. */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  return isLinux ? procfs.portsOf(pids) : ps.portsOf(pids);
}

/**
 * The addresses somebody listens on with that port. Linux only: engines of other systems run in a virtual machine whose
 * gateway ends at the loopback address of this one, so nobody has to know.
 */
export function listeningHosts(port: number): readonly string[] {
  return isLinux ? procfs.hostsOf(port) : [];
}

/** Who listens on the port, as far as this user may know. */
export function portHolder(port: number): PortHolder | undefined {
  return isLinux ? procfs.holderOf(port) : ps.holderOf(port);
}

function mayExist(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is not ours.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
