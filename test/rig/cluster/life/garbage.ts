import { textAt } from '../json.ts';
import type { StoredObject } from '../object.ts';
import { create, destroy } from './world.ts';
import type { World } from './world.ts';

/** Objects whose owner is gone, and everything of a namespace that is to go. */
export function collectGarbage(world: World): void {
  const { store } = world;
  const all = store.resources().flatMap((resource) => store.list(resource).map((object) => ({ resource, object })));
  const uids = new Set(all.map(({ object }) => object.metadata.uid));
  for (const { resource, object } of all) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length > 0 && owners.every(({ uid }) => !uids.has(uid))) destroy(world, resource, object);
  }
  for (const namespace of store.list('namespaces')) tend(world, namespace);
}

/** A namespace has an account and the certificate of the cluster from the beginning. */
function tend(world: World, namespace: StoredObject): void {
  const { store } = world;
  const { name } = namespace.metadata;
  if (namespace.metadata.deletionTimestamp === undefined) {
    if (!store.get('serviceaccounts', name, 'default'))
      create(world, namespace, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      });
    if (!store.get('configmaps', name, 'kube-root-ca.crt'))
      create(world, namespace, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace: name },
        data: { 'ca.crt': '' },
      });
    return;
  }
  const inside = store
    .resources()
    .flatMap((resource) => store.list(resource, name).map((object) => ({ resource, object })));
  for (const { resource, object } of inside) destroy(world, resource, object);
  const isEmpty = inside.every(({ object }) => textAt(object, 'kind') !== 'Pod');
  if (isEmpty) store.remove('namespaces', namespace);
}
