import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { FailureError } from '../../core/failure.ts';
import { failureOf, isMissing } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { removeContainer } from './prepare.ts';
import { containerName, LABELS } from './spec.ts';

/** Whose data it is. */
export interface DataOwner {
  readonly instance: string;
  readonly resource: string;
}

/** The volumes of one resource. */
export async function volumesOf(
  { docker }: ReachedEngine,
  { instance, resource }: DataOwner,
): Promise<readonly string[]> {
  const label = [`${LABELS.instance}=${instance}`, `${LABELS.resource}=${resource}`];
  const { Volumes } = await docker.listVolumes({ filters: { label } });
  return (Volumes ?? []).map(({ Name }) => Name).toSorted();
}

/** Bytes a volume takes; undefined where the engine does not count. */
export async function volumeSize({ docker }: ReachedEngine, volume: string): Promise<number | undefined> {
  const usage: unknown = await docker.df();
  if (typeof usage !== 'object' || usage === null || !('Volumes' in usage) || !Array.isArray(usage.Volumes))
    return undefined;
  const volumes: readonly { Name?: unknown; UsageData?: { Size?: unknown } }[] = usage.Volumes;
  const size = volumes.find(({ Name }) => Name === volume)?.UsageData?.Size;
  return typeof size === 'number' && size >= 0 ? size : undefined;
}

/** Removes the container and the volumes of one resource; gives the names of the volumes. */
export async function removeResourceData(engine: ReachedEngine, owner: DataOwner): Promise<readonly string[]> {
  return guard(owner, 'removing its data', async () => {
    await freeVolumes(engine, owner);
    const volumes = await volumesOf(engine, owner);
    for (const volume of volumes) await engine.docker.getVolume(volume).remove();
    return volumes;
  });
}

/** Writes a volume into an archive, through a container that is never started: any image does, the engine reads. */
export async function saveVolume(
  engine: ReachedEngine,
  owner: DataOwner,
  at: { readonly volume: string; readonly image: string; readonly file: string },
): Promise<void> {
  await guard(owner, `saving volume ${at.volume}`, () =>
    withHolder(engine, owner, at, async (holder) => {
      const archive = await holder.getArchive({ path: `${MOUNT}/.` });
      await pipeline(archive, createWriteStream(at.file, { mode: 0o600 }));
    }),
  );
}

/** Fills a volume, made anew, from an archive; owners and modes as they were. */
export async function restoreVolume(
  engine: ReachedEngine,
  owner: DataOwner,
  at: { readonly volume: string; readonly image: string; readonly file: string },
): Promise<void> {
  const { docker } = engine;
  await guard(owner, `restoring volume ${at.volume}`, async () => {
    const volume = docker.getVolume(at.volume);
    const found = await volume.inspect().catch(unlessMissing);
    await freeVolumes(engine, owner);
    if (found) await volume.remove();
    const old = found?.Labels ?? { [LABELS.instance]: owner.instance, [LABELS.resource]: owner.resource };
    // It is not what a first start made, and is not thrown away as that.
    const labels = Object.fromEntries(Object.entries(old).filter(([label]) => label !== LABELS.mark));
    await docker.createVolume({ Name: at.volume, Labels: labels });
    await withHolder(engine, owner, at, async (holder) => {
      await holder.putArchive(createReadStream(at.file), { path: MOUNT });
    });
  });
}

/** An engine removes no volume that a container has, be it one that a copy which was interrupted left behind. */
async function freeVolumes({ docker }: ReachedEngine, { instance, resource }: DataOwner): Promise<void> {
  const label = [`${LABELS.instance}=${instance}`, `${LABELS.resource}=${resource}`, LABELS.holder];
  const holders = await docker.listContainers({ all: true, filters: { label } });
  const names = [containerName(instance, resource), ...holders.map(({ Id }) => Id)];
  await Promise.all(names.map((name) => removeContainer(docker.getContainer(name))));
}

const MOUNT = '/devstack-snapshot';

async function withHolder(
  { docker }: ReachedEngine,
  { instance, resource }: DataOwner,
  { volume, image }: { readonly volume: string; readonly image: string },
  use: (holder: Docker.Container) => Promise<void>,
): Promise<void> {
  const holder = await docker.createContainer({
    Image: image,
    Entrypoint: ['/never-started'],
    Labels: { [LABELS.instance]: instance, [LABELS.resource]: resource, [LABELS.holder]: '' },
    // Nothing of the image's own files goes into the volume.
    HostConfig: { Binds: [`${volume}:${MOUNT}:nocopy`], NetworkMode: 'none' },
  });
  try {
    await use(holder);
  } finally {
    await removeContainer(holder);
  }
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

async function guard<T>({ resource }: DataOwner, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FailureError(failureOf(error, { resource, doing }), error);
  }
}
