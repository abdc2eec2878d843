import { isList, mapAt, mapsAt, textAt, textOf } from '../json.ts';
import type { StoredObject } from '../object.ts';
import { fateOf } from '../outcome.ts';
import { say, setStatus } from './world.ts';
import type { World } from './world.ts';

const PROVISIONER = 'rancher.io/local-path_local-path-provisioner';

/** Makes volumes as kind does: for the first pod that asks, and for one node only. */
export function bindClaims(world: World): void {
  const { store, node } = world;
  for (const claim of store.list('persistentvolumeclaims')) {
    if (textAt(claim, 'status', 'phase') === 'Bound') continue;
    const why = refusalOf(world, claim);
    if (why) {
      warn(world, claim, why.message, why.component);
      continue;
    }
    const user = usersOf(world, claim).at(0);
    if (!user) {
      const message = 'waiting for first consumer to be created before binding';
      const isSaid = eventsOf(world, claim).some((event) => event['reason'] === 'WaitForFirstConsumer');
      if (!isSaid)
        say(world, claim, { reason: 'WaitForFirstConsumer', message, component: 'persistentvolume-controller' });
      continue;
    }
    const { fate } = user;
    if (fate.kind === 'claim-pending') {
      warn(
        world,
        claim,
        fate.message ?? storageClassMissing(textOf(mapAt(claim, 'spec')['storageClassName'])),
        PROVISIONER,
      );
      continue;
    }
    const volumeName = `pvc-${claim.metadata.uid}`;
    const annotations = { ...claim.metadata.annotations, 'volume.kubernetes.io/selected-node': node };
    const bound = store.write('persistentvolumeclaims', {
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...mapAt(claim, 'spec'), volumeName },
    }).object;
    const { accessModes, resources } = mapAt(bound, 'spec');
    setStatus(world, bound, { phase: 'Bound', accessModes, capacity: mapAt(resources, 'requests') });
    say(world, bound, {
      reason: 'ProvisioningSucceeded',
      message: `Successfully provisioned volume ${volumeName}`,
      component: PROVISIONER,
    });
  }
}

function refusalOf({ store }: World, claim: StoredObject): { message: string; component: string } | undefined {
  const { storageClassName, accessModes } = mapAt(claim, 'spec');
  if (!store.get('storageclasses.storage.k8s.io', undefined, textOf(storageClassName)))
    return { message: storageClassMissing(textOf(storageClassName)), component: 'persistentvolume-controller' };
  const modes = isList(accessModes) ? accessModes : [];
  if (modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')) return undefined;
  return {
    message: `failed to provision volume with StorageClass "${textOf(storageClassName)}": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes`,
    component: PROVISIONER,
  };
}

const storageClassMissing = (name: string) => `storageclass.storage.k8s.io "${name}" not found`;

function usersOf({ store, script }: World, claim: StoredObject) {
  return store
    .list('pods', claim.metadata.namespace)
    .filter((pod) =>
      mapsAt(pod, 'spec', 'volumes').some(
        (volume) => textAt(volume, 'persistentVolumeClaim', 'claimName') === claim.metadata.name,
      ),
    )
    .map((pod) => ({ pod, fate: fateOf(pod, script).outcome }));
}

function warn(world: World, claim: StoredObject, message: string, component: string): void {
  const isSaid = eventsOf(world, claim).some((event) => event['message'] === message);
  if (!isSaid) say(world, claim, { type: 'Warning', reason: 'ProvisioningFailed', message, component });
}

function eventsOf({ store }: World, about: StoredObject): readonly StoredObject[] {
  return store
    .list('events', about.metadata.namespace)
    .filter((event) => textAt(event, 'involvedObject', 'uid') === about.metadata.uid);
}
