import { mapAt } from '../json.ts';
import type { StoredObject } from '../object.ts';
import { isLeaving, isReady, podFrom, podsOf } from './pods.ts';
import { create, destroy, setStatus, suffix, templateHash } from './world.ts';
import type { World } from './world.ts';

const REVISION = 'controller-revision-hash';

/** One pod, since the cluster has one node. */
export function runDaemonSets(world: World): void {
  for (const set of world.store.list('daemonsets.apps')) if (!isLeaving(set)) run(world, set);
}

function run(world: World, set: StoredObject): void {
  const { name } = set.metadata;
  const revision = templateHash(mapAt(set, 'spec', 'template'));
  const [pod, ...more] = podsOf(world, set);
  if (!pod) create(world, set, podFrom(set, `${name}-${suffix(`${name} ${revision}`, 5)}`, { [REVISION]: revision }));
  else if (pod.metadata.labels?.[REVISION] !== revision && !isLeaving(pod)) destroy(world, 'pods', pod);
  const pods = [...(pod ? [pod] : []), ...more].filter((one) => !isLeaving(one));
  const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION] === revision);
  const ready = pods.filter(isReady).length;
  setStatus(world, set, {
    observedGeneration: set.metadata.generation,
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: 1,
    numberMisscheduled: 0,
    numberReady: ready,
    ...(updated.length > 0 && { updatedNumberScheduled: updated.length }),
    ...(ready > 0 && { numberAvailable: ready }),
    ...(ready < 1 && { numberUnavailable: 1 }),
  });
}
