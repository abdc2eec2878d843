/** A request of a client, as the server took it. */
export interface Request {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'apply' | 'delete' | 'other';
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly manager?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code: number;
  /** An object is another one since. */
  readonly hasChanged: boolean;
}

/** Objects that are other ones since, in the order of the writes: `Deployment/api`. */
export function changesIn(journal: readonly Request[]): readonly string[] {
  return journal.filter(({ hasChanged }) => hasChanged).map(({ kind, name }) => `${kind}/${name}`);
}
