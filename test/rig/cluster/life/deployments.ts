import { mapAt, mapsAt, numberAt, textAt } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import { isOwnedBy, ownedBy } from '../object.ts';
import type { StoredObject } from '../object.ts';
import { isLeaving, isReady, podsOf, texts } from './pods.ts';
import { condition, create, say, setStatus, templateHash, timed } from './world.ts';
import type { World } from './world.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** A ReplicaSet for each template, and pods that go over from the old ones to the new. */
export function runDeployments(world: World): void {
  for (const deployment of world.store.list('deployments.apps')) if (!isLeaving(deployment)) run(world, deployment);
}

function run(world: World, deployment: StoredObject): void {
  const sets = setsOf(world, deployment);
  const hash = templateHash(mapAt(deployment, 'spec', 'template'));
  const name = `${deployment.metadata.name}-${hash}`;
  const current = sets.find(({ metadata }) => metadata.name === name) ?? newSet(world, deployment, hash, sets);
  if (!current) return;
  const old = sets.filter(({ metadata }) => metadata.name !== name);
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1;
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    for (const set of old) scale(world, deployment, set, 0);
    if (old.every((set) => podsOf(world, set).length === 0)) scale(world, deployment, current, wanted);
  } else roll(world, deployment, current, old, wanted);
  report(world, deployment, name, wanted);
}

function roll(
  world: World,
  deployment: StoredObject,
  current: StoredObject,
  old: readonly StoredObject[],
  wanted: number,
): void {
  const { maxSurge, maxUnavailable } = mapAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = countOf(maxSurge, wanted, Math.ceil);
  const unavailable = countOf(maxUnavailable, wanted, Math.floor) || (surge === 0 ? 1 : 0);
  const total = [current, ...old].reduce((sum, set) => sum + sizeOf(set), 0);
  const size = sizeOf(current);
  if (size > wanted) scale(world, deployment, current, wanted);
  else scale(world, deployment, current, Math.min(wanted, size + Math.max(wanted + surge - total, 0)));
  const least = wanted - unavailable;
  const readyOf = (set: StoredObject) => podsOf(world, set).filter(isReady).length;
  let spare = total - least - Math.max(size - readyOf(current), 0);
  for (const set of old) {
    const unhealthy = Math.min(Math.max(sizeOf(set) - readyOf(set), 0), Math.max(spare, 0));
    if (unhealthy === 0) continue;
    scale(world, deployment, set, sizeOf(set) - unhealthy);
    spare -= unhealthy;
  }
  let more = [current, ...old].reduce((sum, set) => sum + readyOf(set), 0) - least;
  for (const set of setsOf(world, deployment).filter(({ metadata }) => metadata.name !== current.metadata.name)) {
    const fewer = Math.min(sizeOf(set), Math.max(more, 0));
    if (fewer > 0) scale(world, deployment, set, sizeOf(set) - fewer);
    more -= fewer;
  }
}

function countOf(value: Json | undefined, whole: number, round: (count: number) => number): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? round((Number.parseFloat(value) / 100) * whole) : 0;
}

const sizeOf = (set: StoredObject) => numberAt(set, 'spec', 'replicas') ?? 0;

function setsOf({ store }: World, deployment: StoredObject): readonly StoredObject[] {
  return store.list('replicasets.apps', deployment.metadata.namespace).filter((set) => isOwnedBy(set, deployment));
}

function newSet(world: World, deployment: StoredObject, hash: string, sets: readonly StoredObject[]) {
  const { name, namespace = '' } = deployment.metadata;
  const template = mapAt(deployment, 'spec', 'template');
  const labels = { ...texts(mapAt(template, 'metadata')['labels']), 'pod-template-hash': hash };
  const matchLabels = { ...mapAt(deployment, 'spec', 'selector', 'matchLabels'), 'pod-template-hash': hash };
  return create(world, deployment, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { [REVISION]: String(sets.length + 1) },
      ownerReferences: ownedBy(deployment),
    },
    spec: {
      replicas: 0,
      selector: { matchLabels },
      template: { ...template, metadata: { ...mapAt(template, 'metadata'), labels } },
    },
  });
}

function scale(world: World, deployment: StoredObject, set: StoredObject, replicas: number): void {
  const before = sizeOf(set);
  if (before === replicas) return;
  world.store.write('replicasets.apps', { ...set, spec: { ...mapAt(set, 'spec'), replicas } });
  say(world, deployment, {
    reason: 'ScalingReplicaSet',
    message: `Scaled ${replicas > before ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${replicas}`,
    component: 'deployment-controller',
  });
}

function report(world: World, deployment: StoredObject, current: string, wanted: number): void {
  const sets = setsOf(world, deployment);
  const pods = sets.flatMap((set) => podsOf(world, set).filter((pod) => !isLeaving(pod)));
  const own = sets.find(({ metadata }) => metadata.name === current);
  const updatedReplicas = own ? podsOf(world, own).filter((pod) => !isLeaving(pod)).length : 0;
  const ready = pods.filter(isReady).length;
  const updatedReady = own ? podsOf(world, own).filter(isReady).length : 0;
  const { maxUnavailable } = mapAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const isAvailable = ready >= wanted - countOf(maxUnavailable, wanted, Math.floor);
  const isDone = updatedReady === wanted && pods.length === wanted;
  const failures = sets.flatMap((set) => mapsAt(set, 'status', 'conditions'));
  const conditions: readonly JsonMap[] = [
    isAvailable
      ? condition('Available', true, 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : condition('Available', false, 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'),
    isDone
      ? condition('Progressing', true, 'NewReplicaSetAvailable', `ReplicaSet "${current}" has successfully progressed.`)
      : condition('Progressing', true, 'ReplicaSetUpdated', `ReplicaSet "${current}" is progressing.`),
    ...failures.filter(({ type }) => type === 'ReplicaFailure').slice(0, 1),
  ];
  const revision = own?.metadata.annotations?.[REVISION] ?? '1';
  const annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
  const { object } = world.store.write('deployments.apps', {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
  });
  setStatus(world, object, {
    observedGeneration: object.metadata.generation,
    ...(pods.length > 0 && { replicas: pods.length }),
    ...(updatedReplicas > 0 && { updatedReplicas }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    ...(wanted > ready && { unavailableReplicas: wanted - ready }),
    conditions: timed(conditions, mapsAt(deployment, 'status', 'conditions')),
  });
}
