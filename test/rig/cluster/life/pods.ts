import { mapAt, mapsAt } from '../json.ts';
import type { JsonMap } from '../json.ts';
import { isOwnedBy, ownedBy } from '../object.ts';
import type { KubeObject, StoredObject } from '../object.ts';
import type { World } from './world.ts';

export function podsOf({ store }: World, owner: StoredObject): readonly StoredObject[] {
  return store.list('pods', owner.metadata.namespace).filter((pod) => isOwnedBy(pod, owner));
}

/** Pods that belong to nobody, and that its selector fits: it takes them for its own. */
export function adoptPods({ store }: World, owner: StoredObject): void {
  const wanted = Object.entries(texts(mapAt(owner, 'spec', 'selector')['matchLabels']));
  for (const pod of store.list('pods', owner.metadata.namespace)) {
    const { labels = {}, ownerReferences = [] } = pod.metadata;
    if (ownerReferences.length > 0 || wanted.some(([name, value]) => labels[name] !== value)) continue;
    store.write('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences: ownedBy(owner) } });
  }
}

export function isReady(pod: StoredObject): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    mapsAt(pod, 'status', 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

export function isLeaving({ metadata }: StoredObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** One of the template of its owner. */
export function podFrom(
  owner: StoredObject,
  name: string,
  labels: Readonly<Record<string, string>>,
  more: JsonMap = {},
): KubeObject {
  const template = mapAt(owner, 'spec', 'template');
  const { annotations, labels: own } = mapAt(template, 'metadata');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      labels: { ...texts(own), ...labels },
      ...(annotations !== undefined && { annotations: texts(annotations) }),
      ownerReferences: ownedBy(owner),
    },
    spec: { ...mapAt(template, 'spec'), ...more },
  };
}

export function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)] as const));
}
