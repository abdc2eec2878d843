import type { KubeObject } from '../promote/kubernetes/object.ts';
import { listAt } from '../promote/kubernetes/rules/data.ts';

/** Which object it is. */
export interface ObjectRef {
  readonly kind: string;
  readonly name: string;
}

export function refOf({ kind, metadata: { name } }: KubeObject): ObjectRef {
  return { kind, name };
}

/** With one of these data goes: an operator takes it away with the server. */
const DATA: ReadonlySet<string> = new Set([
  'PersistentVolumeClaim',
  'Cluster',
  'Database',
  'RabbitmqCluster',
  'MongoDBCommunity',
  'RedisReplication',
]);

/** What is of the stack, and in it no more. Data goes only when that is said; what others own goes with them. */
export function leftoversOf(
  live: readonly KubeObject[],
  wanted: readonly KubeObject[],
  { withVolumes }: { readonly withVolumes: boolean },
): readonly ObjectRef[] {
  const names = new Set(wanted.map(keyOf));
  return live
    .filter((object) => !names.has(keyOf(object)))
    .filter((object) => listAt(object, 'metadata', 'ownerReferences').length === 0)
    .filter(({ kind }) => withVolumes || !DATA.has(kind))
    .map(refOf);
}

function keyOf({ kind, metadata: { name } }: KubeObject): string {
  return `${kind}/${name}`;
}

export type Fate = 'created' | 'changed' | 'same';

/** What an apply made of each, by what was there before. */
export function fatesOf(before: readonly KubeObject[], after: readonly KubeObject[]): Readonly<Record<Fate, number>> {
  const old = new Map(before.map((object) => [keyOf(object), object]));
  const fates = { created: 0, changed: 0, same: 0 };
  for (const object of after) {
    const was = old.get(keyOf(object));
    fates[was === undefined ? 'created' : matterOf(was) === matterOf(object) ? 'same' : 'changed'] += 1;
  }
  return fates;
}

/** Without what a cluster writes down by itself. */
function matterOf({ metadata, ...rest }: KubeObject): string {
  const { name, labels, annotations = {} } = metadata;
  const own = Object.entries(annotations).filter(([key]) => !/^(?:deployment|autoscaling)\.kubernetes\.io\//.test(key));
  return JSON.stringify([name, labels, own, { ...rest, status: undefined }]);
}
