/** Logs of devstack itself: what happened to a resource, and marks. */
export const JOURNAL = '·';
/** What concerns no single resource. */
export const SELF = 'devstack';
export const journalOf = (name: string): string => `${JOURNAL}${name}`;
