/** The variable every process devstack starts carries. */
export const RUN_ID_VARIABLE = 'DEVSTACK_RUN_ID';

/** Run ids have parts, `<session>.<resource>.<run>`: one names everything that begins with its parts. */
export function belongsTo(runId: string, owner: string): boolean {
  return runId === owner || runId.startsWith(`${owner}.`);
}

export interface SystemProcess {
  readonly pid: number;
  /** Together with the pid it names a process for ever. Only to be compared. */
  readonly startTime: number;
  readonly pgid: number;
  readonly command: string;
}
