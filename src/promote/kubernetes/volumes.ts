import type { Workload } from '../workload.ts';
import { isStateful } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { bytes } from './container.ts';
import { filesName, placedFiles, secretFilesName } from './environment.ts';

/** A place in a container, and the volume of the pod it shows; claims of a StatefulSet make theirs by themselves. */
export interface Mount {
  readonly mount: Readonly<Record<string, unknown>>;
  readonly volume?: Readonly<Record<string, unknown>>;
}

/** Memory is what a server shares between its processes there. */
const SHARED_MEMORY = '/dev/shm';
const SCRATCH = '256Mi';

export function mountsOf(workload: Workload, cluster: Cluster): readonly Mount[] {
  const { name, confinement, sharedMemoryBytes, volumes } = workload;
  const files = placedFiles(workload, cluster);
  const data = Object.values(volumes);
  // A folder below its data is on that volume.
  const writable = (confinement?.writable ?? []).filter((folder) => !data.includes(folder));
  return [
    ...Object.entries(volumes).map(([volume, place]) => dataMount(volume, place, workload, cluster)),
    ...writable.map((folder) => emptyDir(folder, { sizeLimit: SCRATCH })),
    ...(sharedMemoryBytes === undefined
      ? []
      : [emptyDir(SHARED_MEMORY, { medium: 'Memory', sizeLimit: bytes(sharedMemoryBytes) })]),
    ...files.map(({ key, place, content }): Mount => {
      const isOpen = typeof content === 'string';
      const volume = isOpen ? 'files' : 'secret-files';
      return {
        mount: { name: volume, mountPath: place, subPath: key, readOnly: true },
        volume: isOpen
          ? { name: volume, configMap: { name: filesName(name) } }
          : { name: volume, secret: { secretName: secretFilesName(name) } },
      };
    }),
  ];
}

/** Every volume once. */
export function podVolumes(mounts: readonly Mount[]): readonly unknown[] {
  return [...new Map(mounts.flatMap(({ volume }) => (volume ? [[volume['name'], volume]] : []))).values()];
}

function dataMount(volume: string, place: string, workload: Workload, { workloads }: Cluster): Mount {
  const isOwn = isStateful(workload, workloads);
  // A new file system is not empty, and these want a folder that is.
  const isPicky = workload.engine === 'mysql' || workload.engine === 'mariadb';
  const name = isOwn ? claimName(volume, workload) : volumeName(volume);
  const mount = { name, mountPath: place, ...(isPicky && { subPath: 'data' }) };
  return isOwn ? { mount } : { mount, volume: { name, persistentVolumeClaim: { claimName: volumeName(volume) } } };
}

/** Of the claim a StatefulSet makes: the name of its pod follows. */
export function claimName(volume: string, { name }: Workload): string {
  return volume === name ? 'data' : volumeName(volume);
}

export function volumeName(volume: string): string {
  return volume
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function emptyDir(folder: string, options: Record<string, unknown>): Mount {
  const name = `tmp${folder === '/tmp' ? '' : volumeName(`-${folder}`).replace(/^-?/, '-')}`.slice(0, 63);
  return { mount: { name, mountPath: folder }, volume: { name, emptyDir: options } };
}

const STORAGE = 1024 ** 3 * 10;

export function storageOf({ cluster: { storageBytes = STORAGE, storageClass } }: Workload) {
  return { storageBytes, storageClass };
}

export function claimSpec(workload: Workload, accessMode: 'ReadWriteOnce' | 'ReadWriteMany') {
  const { storageBytes, storageClass } = storageOf(workload);
  return {
    accessModes: [accessMode],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: bytes(storageBytes) } },
  };
}
