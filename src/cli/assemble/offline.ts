import { loadConfig, type LoadedConfig } from '../../config/load.ts';
import type { ResourceStatus } from '../../core/engine.ts';
import { FailureError } from '../../core/failure.ts';
import { failureOf } from '../../core/lifecycle.ts';
import { useInstead, usesIn } from '../../core/use.ts';
import { resourceOf, type ContainerResource, type Resource, type Stack } from '../../core/stack.ts';
import { instanceOf, namedInstance } from '../../project/instance.ts';
import { ensureProjectFolder, portTableFile, projectPaths, type ProjectPaths } from '../../project/paths.ts';
import { openSecrets } from '../../project/secrets.ts';
import { createPortTable } from '../../system/ports.ts';
import { lockTaker } from '../../system/processes.ts';
import { connectLive } from '../connect.ts';
import type { CommonOptions, Context } from '../context.ts';
import { resolveNames } from '../names.ts';
import { reserve } from './ports.ts';
import { createLazyConnection } from './connection.ts';
import { createSharing } from './sharing.ts';
import { createValues, type Values } from './values.ts';

/** The addresses and secrets of a stack without running it: ports are remembered, so they are those of who runs it. */
export interface Offline {
  readonly config: LoadedConfig;
  readonly stack: Stack;
  readonly instance: string;
  readonly paths: ProjectPaths;
  readonly values: Values;
}

export async function openOffline(context: Context, options: CommonOptions): Promise<Offline> {
  const loaded = await loadConfig({ cwd: context.cwd, ...(options.config !== undefined && { file: options.config }) });
  const name = namedInstance(context.env);
  const paths = projectPaths(loaded.stack.root, name);
  const statuses = await liveStatuses(paths);
  const stack = asItRuns(loaded.stack, statuses);
  const config = { ...loaded, stack };
  const instance = instanceOf(stack.name, stack.root, name);
  ensureProjectFolder(paths);
  // What listens on our numbers while the stack runs is the stack itself.
  const table = createPortTable({ file: portTableFile(context.env), isOurs: () => true });
  const sharing = await createSharing({
    instance,
    env: context.env,
    connect: createLazyConnection(context.env),
    ...runtimeInUse(stack, statuses),
    onProblem: () => {}, // said by who runs it
  })(stack);
  const { numbers } = await reserve(table, stack, instance, portsInUse(statuses), sharing);
  const store = openSecrets(paths, context.env, lockTaker());
  const values = createValues({ stack, numbers, store, onHost: () => false, ...(sharing && { sharing }) });
  return { config, stack, instance, paths, values };
}

async function liveStatuses(paths: ProjectPaths): Promise<readonly ResourceStatus[]> {
  const live = await connectLive({ paths });
  live?.client.close();
  return live?.snapshot.statuses ?? [];
}

/** With what runs another way, as whoever started it wished. */
function asItRuns(stack: Stack, statuses: readonly ResourceStatus[]): Stack {
  return usesIn(stack, statuses).reduce((before, use) => {
    const used = useInstead(before, use);
    return used.kind === 'used' ? used.stack : before;
  }, stack);
}

/** Servers that would be shared are not while whoever runs them chose another runtime. */
function runtimeInUse(stack: Stack, statuses: readonly ResourceStatus[]): { readonly runtime?: 'native' } {
  const isElsewhere = meantToBeShared(stack, statuses).some(
    ({ info }) => info?.runtime !== undefined && info.runtime.name !== 'docker',
  );
  return isElsewhere ? { runtime: 'native' } : {};
}

function meantToBeShared(stack: Stack, statuses: readonly ResourceStatus[]): readonly ResourceStatus[] {
  return statuses.filter(({ name }) => {
    const resource = stack.resources.find((one) => one.name === name);
    return resource?.kind === 'container' && resource.infra?.kind === 'shared';
  });
}

/** How the servers that are meant to be shared run now; undefined when none of them has begun to. */
export async function sharedOrOwn(stack: Stack, paths: ProjectPaths): Promise<'shared' | 'own' | undefined> {
  const statuses = meantToBeShared(stack, await liveStatuses(paths));
  // Of a shared server this failure has another code.
  const isRefused = statuses.some((status) => failureOf(status)?.code === 'data-of-other-runtime');
  if (isRefused || runtimeInUse(stack, statuses).runtime !== undefined) return 'own';
  return statuses.some(({ info }) => info?.runtime !== undefined) ? 'shared' : undefined;
}

/** Those of the stack that runs, by `resource/port`: some may have been moved for this session. */
function portsInUse(statuses: readonly ResourceStatus[]): ReadonlyMap<string, number> {
  return new Map(
    statuses.flatMap(({ name, ports }) =>
      Object.entries(ports).map(([port, number]): [string, number] => [`${name}/${port}`, number]),
    ),
  );
}

/** The one server a command line names. */
export function namedServer(stack: Stack, command: string, name: string): ContainerResource {
  const resource = namedResource(stack, command, name);
  if (resource.kind === 'container') return resource;
  const { kind } = resource;
  throw new FailureError({ code: 'wrong-kind', command, name, kind, reason: 'only servers and containers have data' });
}

/** The one resource a command line names. */
export function namedResource(stack: Stack, command: string, name: string): Resource {
  const known = { resources: stack.resources.map((resource) => resource.name), groups: stack.groups };
  const [only, ...more] = resolveNames(known, command, [name]);
  if (only === undefined || more.length > 0) {
    throw new FailureError({ code: 'wrong-kind', command, name, kind: 'group', reason: 'name one resource' });
  }
  return resourceOf(stack, only);
}
