import { posix } from 'node:path';
import type { Amounts } from '../../core/deploy.ts';
import type { ImageBuild, Workload } from '../workload.ts';
import { filesLabel, placedFiles } from './files.ts';
import { healthcheckOf, seconds } from './health.ts';
import { inFile, literal } from './variables.ts';
import type { Value } from '../value.ts';
import type { Variables } from './variables.ts';

/** Where things are, seen from the folder of the file. */
export interface Places {
  /** The root of the project: `../..` */
  readonly root: string;
  /** Generated Dockerfiles, below the root. */
  readonly dockerfiles: string;
}

export interface ServiceContext {
  readonly workloads: readonly Workload[];
  readonly variables: Variables;
  readonly places: Places;
  /** Before the name of a built image: `registry/stack`. */
  readonly imagePrefix: string;
  readonly networks: readonly string[];
}

/** One service of the file, as plain data in the order a reader wants it. */
export function serviceOf(workload: Workload, context: ServiceContext): Record<string, unknown> {
  const { variables, networks } = context;
  const { replicas } = workload;
  const { confinement } = workload;
  const environment = Object.fromEntries(
    Object.entries(workload.env).map(([name, value]) => [name, variables.text(value)]),
  );
  return without({
    ...imageOf(workload, context),
    profiles: workload.isManual ? ['manual'] : undefined,
    entrypoint: workload.entrypoint?.map(literal),
    command: workload.command?.map(literal),
    working_dir: workload.workdir,
    user: confinement && `${confinement.user}:${confinement.group}`,
    environment,
    ports: portsOf(workload, variables),
    networks,
    depends_on: dependenciesOf(workload, context.workloads),
    healthcheck: workload.health && healthcheckOf(workload.health),
    volumes: Object.entries(workload.volumes).map(([name, place]) => `${name}:${place}`),
    configs: placedFiles(workload).map(({ config, place }) => ({ source: config, target: place })),
    labels: filesLabel(workload, variables),
    tmpfs: confinement?.writable.map((folder) => tmpfs(folder, confinement)),
    shm_size: workload.sharedMemoryBytes === undefined ? undefined : amount(workload.sharedMemoryBytes),
    read_only: confinement ? true : undefined,
    init: workload.role === 'server' ? undefined : true,
    ...rightsOf(confinement !== undefined),
    restart: restartOf(workload),
    stop_signal: workload.stop.signal === 'SIGTERM' ? undefined : workload.stop.signal,
    stop_grace_period: workload.stop.graceMs === 10_000 ? undefined : seconds(workload.stop.graceMs),
    deploy: without({
      replicas: replicas === 1 ? undefined : replicas,
      resources: limitsOf(workload.limits, workload.requests),
    }),
  });
}

const PIDS = 512;
const TO_BECOME_SOMEBODY = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'];

/** Images of which nothing is known may begin as root, prepare their folders and become somebody else. */
export function rightsOf(isKnown: boolean): Record<string, unknown> {
  return {
    cap_drop: ['ALL'],
    cap_add: isKnown ? undefined : TO_BECOME_SOMEBODY,
    security_opt: ['no-new-privileges:true'],
  };
}

function imageOf({ image }: Workload, { variables, places, imagePrefix }: ServiceContext): Record<string, unknown> {
  if (image.kind === 'named') return { image: image.name };
  const { build } = image;
  return {
    image: `${imagePrefix}/${build.name}:${inFile(variables.tag())}`,
    build: without({
      context: posix.join(places.root, build.context),
      dockerfile: build.generated ? generatedFile(build, places) : build.dockerfile,
      target: build.target,
      platforms: build.platform === undefined ? undefined : [build.platform],
      args: Object.fromEntries(Object.entries(build.args).map(([name, value]) => [name, variables.text(value)])),
      secrets: [
        ...Object.keys(build.secrets).map((id) => ({ source: secretName(build, id), target: id })),
        ...build.secretFiles.map(({ id }) => id),
      ],
    }),
  };
}

/** A generated Dockerfile, from the context it is read with. */
export function generatedFile({ context, dockerfile }: ImageBuild, { dockerfiles }: Places): string {
  return posix.relative(context, posix.join(dockerfiles, dockerfile));
}

/** Of a build alone; files of the machine have one name for all. */
export function secretName({ name }: ImageBuild, id: string): string {
  return `${name}-${id}`;
}

/** The one that has all of a value. */
export function variableOf(variables: Variables, value: Value): string {
  const [piece, ...more] = variables.pieces(value);
  return typeof piece === 'object' && more.length === 0 ? piece.variable : '';
}

function portsOf({ name, ports }: Workload, variables: Variables): readonly string[] {
  return ports.flatMap((port) => {
    if (!port.outside) return [];
    const { number, isPublic } = port.outside;
    const protocol = port.protocol === 'udp' ? '/udp' : '';
    return [`${isPublic ? '' : '127.0.0.1:'}${variables.port(name, port.name, number)}:${port.number}${protocol}`];
  });
}

function dependenciesOf({ needs }: Workload, workloads: readonly Workload[]): Record<string, unknown> {
  return Object.fromEntries(
    needs.map(({ on, gate }) => {
      const other = workloads.find(({ name }) => name === on);
      const whenReady = other?.health ? 'service_healthy' : 'service_started';
      const conditions = { started: 'service_started', ready: whenReady, done: 'service_completed_successfully' };
      return [on, { condition: conditions[gate] }];
    }),
  );
}

function restartOf({ role, restart, retries }: Workload): string {
  if (role === 'task') return retries > 0 ? `on-failure:${retries}` : 'no';
  return restart === 'no' ? 'no' : 'unless-stopped';
}

function tmpfs(folder: string, { user, group }: { readonly user: number; readonly group: number }): string {
  return folder === '/tmp' ? '/tmp' : `${folder}:uid=${user},gid=${group},mode=0755`;
}

export function limitsOf(limits: Amounts, requests: Amounts): Record<string, unknown> {
  return without({
    limits: without({ ...amounts(limits), pids: PIDS }),
    reservations: without(amounts(requests)),
  });
}

function amounts({ cpu, memory }: Amounts): Record<string, string | undefined> {
  return {
    cpus: cpu === undefined ? undefined : String(cpu / 1_000),
    memory: memory === undefined ? undefined : amount(memory),
  };
}

const MEBIBYTE = 1024 * 1024;

function amount(bytes: number): string {
  if (bytes % (1024 * MEBIBYTE) === 0) return `${bytes / (1024 * MEBIBYTE)}g`;
  return bytes % MEBIBYTE === 0 ? `${bytes / MEBIBYTE}m` : `${bytes}b`;
}

/** Without what says nothing. */
export function without(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && !(typeof value === 'object' && value !== null && isEmpty(value)),
    ),
  );
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
