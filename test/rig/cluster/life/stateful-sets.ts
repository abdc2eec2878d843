import { mapAt, mapsAt, numberAt, textAt } from '../json.ts';
import type { JsonMap } from '../json.ts';
import type { StoredObject } from '../object.ts';
import { adoptPods, isLeaving, isReady, podFrom, podsOf, texts } from './pods.ts';
import { create, destroy, setStatus, templateHash } from './world.ts';
import type { World } from './world.ts';

const REVISION = 'controller-revision-hash';

/** Pods with a name and a volume of their own, one after the other. */
export function runStatefulSets(world: World): void {
  for (const set of world.store.list('statefulsets.apps')) if (!isLeaving(set)) run(world, set);
}

function run(world: World, set: StoredObject): void {
  const { name } = set.metadata;
  const wanted = numberAt(set, 'spec', 'replicas') ?? 1;
  const revision = `${name}-${templateHash(mapAt(set, 'spec', 'template'))}`;
  adoptPods(world, set);
  move(world, set, wanted, revision);
  const pods = podsOf(world, set).filter((pod) => !isLeaving(pod));
  const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION] === revision);
  const readyReplicas = pods.filter(isReady).length;
  const isUpdated = updated.length === pods.length && updated.every(isReady);
  const before = textAt(set, 'status', 'currentRevision') ?? revision;
  setStatus(world, set, {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas,
    availableReplicas: readyReplicas,
    currentReplicas: isUpdated ? updated.length : pods.length - updated.length,
    updatedReplicas: updated.length,
    currentRevision: isUpdated ? revision : before,
    updateRevision: revision,
    collisionCount: 0,
  });
}

/** One step: makes, replaces or ends one pod, and none while another is not ready, as the real one. */
function move(world: World, set: StoredObject, wanted: number, revision: string): void {
  const pods = new Map(podsOf(world, set).map((pod) => [pod.metadata.name, pod] as const));
  const isParallel = textAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
  for (let ordinal = 0; ordinal < wanted; ordinal++) {
    const pod = pods.get(`${set.metadata.name}-${ordinal}`);
    if (!pod) makePod(world, set, ordinal, revision);
    if ((!pod || !isReady(pod)) && !isParallel) return;
  }
  for (const [name, pod] of [...pods].toReversed()) if (ordinalOf(name) >= wanted) return destroy(world, 'pods', pod);
  for (let ordinal = wanted - 1; ordinal >= 0; ordinal--) {
    const pod = pods.get(`${set.metadata.name}-${ordinal}`);
    if (pod && pod.metadata.labels?.[REVISION] !== revision) return destroy(world, 'pods', pod);
    if (!pod || !isReady(pod)) return;
  }
}

const ordinalOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1));

function makePod(world: World, set: StoredObject, ordinal: number, revision: string): void {
  const { name: setName, namespace = '' } = set.metadata;
  const name = `${setName}-${ordinal}`;
  const claims = mapsAt(set, 'spec', 'volumeClaimTemplates').map((template) => ({
    template,
    volume: textAt(template, 'metadata', 'name') ?? '',
  }));
  for (const { template, volume } of claims) {
    const claim = `${volume}-${name}`;
    if (world.store.get('persistentvolumeclaims', namespace, claim)) continue;
    create(world, set, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, namespace, labels: texts(mapAt(template, 'metadata')['labels']) },
      spec: mapAt(template, 'spec'),
    });
  }
  const own: readonly JsonMap[] = claims.map(({ volume }) => ({
    name: volume,
    persistentVolumeClaim: { claimName: `${volume}-${name}` },
  }));
  const labels = {
    [REVISION]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  create(
    world,
    set,
    podFrom(set, name, labels, {
      hostname: name,
      subdomain: mapAt(set, 'spec')['serviceName'],
      volumes: [...own, ...mapsAt(set, 'spec', 'template', 'spec', 'volumes')],
    }),
  );
}
