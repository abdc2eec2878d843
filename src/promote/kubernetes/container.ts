import type { Amounts } from '../../core/deploy.ts';
import type { Workload, WorkloadImage, WorkloadSidecar } from '../workload.ts';
import { portNames, protocolOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { configName, secretName } from './environment.ts';
import type { Environment } from './environment.ts';
import { probesOf, seconds } from './probes.ts';
import { rightsOf } from './rights.ts';
import type { Mount } from './volumes.ts';
import { writtenVariables } from './secret-files.ts';
import { literal } from './words.ts';

/** Of the images that are built, until a layer of one's own says another (`kustomize edit set image`). */
export const TAG = 'dev';

export interface ContainerParts {
  readonly environment: Environment | undefined;
  readonly mounts: readonly Mount[];
}

/** The program of a pod. */
export function containerOf(workload: Workload, parts: ContainerParts, cluster: Cluster): Record<string, unknown> {
  const { name, ports, entrypoint, command, workdir, limits, requests } = workload;
  const names = portNames(workload);
  return {
    name,
    image: imageName(workload.image, cluster),
    imagePullPolicy: 'Always',
    ...(entrypoint && { command: entrypoint.map(literal) }),
    ...(command && { args: command.map(literal) }),
    ...(workdir !== undefined && { workingDir: workdir }),
    ...(ports.length > 0 && {
      ports: ports.map((port) => ({
        name: names.get(port),
        containerPort: port.number,
        protocol: protocolOf(port),
      })),
    }),
    ...environmentFields(parts.environment),
    ...probesOf(workload).fields,
    ...(ports.length > 0 && workload.role !== 'task' && workload.role !== 'server'
      ? { lifecycle: { preStop: { sleep: { seconds: drainSeconds(workload) } } } }
      : {}),
    resources: resourcesOf(limits, requests, workload.role === 'server' ? SERVER_DISK : DISK),
    securityContext: rightsOf(workload).container,
    ...(parts.mounts.length > 0 && { volumeMounts: parts.mounts.map(({ mount }) => mount) }),
  };
}

/** A container that is there before the program, and stays until it is gone. */
export function sidecarOf(
  { name, image, command, limits, requests }: WorkloadSidecar,
  { environment, mounts }: ContainerParts,
): Record<string, unknown> {
  return {
    name,
    image,
    imagePullPolicy: 'Always',
    restartPolicy: 'Always',
    ...(command && { args: command.map(literal) }),
    ...environmentFields(environment),
    resources: resourcesOf(limits, requests, DISK),
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: false,
      capabilities: { drop: ['ALL'] },
    },
    ...(mounts.length > 0 && { volumeMounts: mounts.map(({ mount }) => mount) }),
  };
}

export function imageName(image: WorkloadImage, { imagePrefix }: Pick<Cluster, 'imagePrefix'>): string {
  return image.kind === 'named' ? image.name : `${imagePrefix}/${image.build.name}:${TAG}`;
}

/** Between leaving the addresses of its Service, which every node learns of a moment later, and the signal. */
export function drainSeconds({ cluster: { drainMs } }: Workload): number {
  return seconds(drainMs ?? 5_000);
}

function environmentFields(environment: Environment | undefined): Record<string, unknown> {
  if (!environment) return {};
  const { owner, open, secret, bound, as } = environment;
  const from = [
    ...(Object.keys(open).length > 0 ? [{ configMapRef: { name: configName(owner) } }] : []),
    ...(as === 'variables' && Object.keys(secret).length > 0 ? [{ secretRef: { name: secretName(owner) } }] : []),
  ];
  const read = as === 'variables' ? Object.entries(bound) : [];
  const one = [
    ...Object.entries(writtenVariables(environment)).map(([name, value]) => ({ name, value: literal(value) })),
    ...read.map(([name, secretKeyRef]) => ({ name, valueFrom: { secretKeyRef } })),
  ];
  return { ...(from.length > 0 && { envFrom: from }), ...(one.length > 0 && { env: one }) };
}

const DISK = { request: '64Mi', limit: '1Gi' };
const SERVER_DISK = { request: '128Mi', limit: '2Gi' };
const MEBIBYTE = 1024 * 1024;

export function serverResources({ limits, requests }: Workload): Record<string, unknown> {
  return resourcesOf(limits, requests, SERVER_DISK);
}

/** What is asked for is a part of what may be used, unless the config says. */
function resourcesOf(limits: Amounts, requests: Amounts, disk: typeof DISK): Record<string, unknown> {
  const { cpu = Math.ceil((limits.cpu ?? 1_000) / 10), memory = quarter(limits.memory ?? 512 * MEBIBYTE) } = requests;
  return {
    requests: { cpu: cores(cpu), memory: bytes(memory), 'ephemeral-storage': disk.request },
    limits: {
      cpu: cores(Math.max(cpu, limits.cpu ?? 1_000)),
      memory: bytes(Math.max(memory, limits.memory ?? 512 * MEBIBYTE)),
      'ephemeral-storage': disk.limit,
    },
  };
}

function quarter(amount: number): number {
  return Math.ceil(amount / 4 / MEBIBYTE) * MEBIBYTE;
}

export function cores(milli: number): string {
  return milli % 1_000 === 0 ? String(milli / 1_000) : `${milli}m`;
}

export function bytes(amount: number): string {
  if (amount % (1024 * MEBIBYTE) === 0) return `${amount / (1024 * MEBIBYTE)}Gi`;
  return amount % MEBIBYTE === 0 ? `${amount / MEBIBYTE}Mi` : String(amount);
}
