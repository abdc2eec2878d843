/** The variable every process devstack starts carries. */
export const RUN_ID_VARIABLE = 'DEVSTACK_RUN_ID';

export interface SystemProcess {
  readonly pid: number;
  /** Together with the pid it names a process for ever. Only to be compared. */
  readonly startTime: number;
  readonly pgid: number;
  readonly command: string;
}
