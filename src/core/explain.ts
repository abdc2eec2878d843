import type { Blocker, ResourceStatus, Snapshot } from './engine.ts';

/** Why a resource is, or is not, running: itself, and the chain of what holds it up, nearest first. */
export interface Explanation {
  readonly status: ResourceStatus;
  readonly waits: readonly Wait[];
}

export interface Wait {
  readonly blocker: Blocker;
  /** The other one's own state; undefined when it is not part of the snapshot. */
  readonly status: ResourceStatus | undefined;
  readonly waits: readonly Wait[];
}

/** Undefined for a name the snapshot does not have. */
export function explain(snapshot: Pick<Snapshot, 'statuses'>, name: string): Explanation | undefined {
  const byName = new Map(snapshot.statuses.map((status) => [status.name, status]));
  const status = byName.get(name);
  if (!status) return undefined;
  const waitsOf = (one: ResourceStatus, above: readonly string[]): readonly Wait[] =>
    one.blockedBy.map((blocker) => {
      const other = byName.get(blocker.on);
      // Gates form no circle, but a snapshot is data from outside.
      const isNew = other !== undefined && !above.includes(blocker.on);
      return { blocker, status: other, waits: isNew ? waitsOf(other, [...above, blocker.on]) : [] };
    });
  return { status, waits: waitsOf(status, [name]) };
}
