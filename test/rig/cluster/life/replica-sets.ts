import { mapAt, mapsAt, numberAt, textOf } from '../json.ts';
import { isOwnedBy } from '../object.ts';
import type { StoredObject } from '../object.ts';
import { isLeaving, isReady, podFrom, podsOf } from './pods.ts';
import { condition, create, destroy, say, setStatus, suffix, timed } from './world.ts';
import type { World } from './world.ts';

/** As many pods as each says. */
export function runReplicaSets(world: World): void {
  for (const set of world.store.list('replicasets.apps')) if (!isLeaving(set)) run(world, set);
}

function run(world: World, set: StoredObject): void {
  const wanted = numberAt(set, 'spec', 'replicas') ?? 1;
  const pods = podsOf(world, set).filter((pod) => !isLeaving(pod));
  let refused = false;
  for (let missing = wanted - pods.length; missing > 0 && !refused; missing--)
    refused = create(world, set, podFrom(set, freeName(world, set), {})) === undefined;
  const unready = pods.filter((pod) => !isReady(pod));
  const ready = pods.filter(isReady);
  for (const pod of [...unready, ...ready].slice(0, Math.max(pods.length - wanted, 0))) {
    destroy(world, 'pods', pod);
    say(world, set, {
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
      component: 'replicaset-controller',
    });
  }
  const left = podsOf(world, set).filter((pod) => !isLeaving(pod));
  const readyReplicas = left.filter(isReady).length;
  const [failure] = world.store
    .list('events', set.metadata.namespace)
    .filter(
      (event) => event['reason'] === 'FailedCreate' && mapAt(event, 'involvedObject')['uid'] === set.metadata.uid,
    );
  const message = textOf(failure?.['message'] ?? '').replace('Error creating: ', '');
  const conditions = refused ? [condition('ReplicaFailure', true, 'FailedCreate', message)] : [];
  setStatus(world, set, {
    observedGeneration: set.metadata.generation,
    replicas: left.length,
    fullyLabeledReplicas: left.length,
    ...(readyReplicas > 0 && { readyReplicas, availableReplicas: readyReplicas }),
    ...(conditions.length > 0 && { conditions: timed(conditions, mapsAt(set, 'status', 'conditions')) }),
  });
}

/** The same in every run of a test, and of one pod only. */
function freeName({ store }: World, set: StoredObject): string {
  const { name } = set.metadata;
  const made = store
    .changesSince(0)
    .filter(({ type, resource, object }) => type === 'ADDED' && resource === 'pods' && isOwnedBy(object, set));
  return `${name}-${suffix(`${name} ${made.length}`, 5)}`;
}
