/** The variable every process devstack starts carries. */
export const RUN_ID_VARIABLE = 'DEVSTACK_RUN_ID';

/** Run ids have parts, `<session>.<resource>.<run>`: one names everything that begins with its parts. */
export function belongsTo(runId: string, owner: string): boolean {
  return runId === owner || runId.startsWith(`${owner}.`);
}

/** Which instance a run belongs to: a session id is the instance with eight characters of its own. */
export function instanceOfRun(runId: string): string | undefined {
  return /^([^.]+)-[0-9a-f]{8}(?:\.|$)/.exec(runId)?.[1];
}

/** A process named for ever, also when start times begin anew with the next start of the machine. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTime: number;
  readonly boot?: string;
}

/** A process with the run id it carries. */
export interface OwnedProcess extends SystemProcess {
  readonly runId: string;
}

export interface SystemProcess {
  readonly pid: number;
  /** Together with the pid it names a process for ever. Only to be compared. */
  readonly startTime: number;
  readonly pgid: number;
  readonly command: string;
}
