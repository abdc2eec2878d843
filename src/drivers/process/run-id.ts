/** The variable every process of a run carries, so that it can be found again wherever it went. */
export const RUN_ID = 'DEVSTACK_RUN_ID';

/** `<session>.<resource>.<run>`: a prefix names everything of a session. */
export function runIdOf(session: string, resource: string, run: number): string {
  return `${session}.${resource}.${run}`;
}
