import path from 'node:path';
import type { ResourceStatus } from '../core/engine.ts';
import { FailureError } from '../core/failure.ts';
import type { ContainerResource } from '../core/stack.ts';
import type { Place } from '../drivers/container/exec.ts';
import { dataFolder } from '../drivers/data/folder.ts';
import { searchPath } from '../drivers/native/find.ts';
import { infraEngines } from '../kinds/index.ts';
import type { Offline } from './assemble/offline.ts';
import type { ClientFacts } from './assemble/values.ts';
import { connect, findCheckout } from './connect.ts';
import type { CommonOptions, Context } from './context.ts';
import { snapshotOf } from './wait.ts';

/** Where clients of a server of dev run, and what leads them to it. */
export type ServerClient =
  | { readonly kind: 'inside'; readonly place: Place; readonly client: ClientFacts }
  /** On this machine, with all of their environment. */
  | { readonly kind: 'native'; readonly env: Readonly<Record<string, string>>; readonly client: ClientFacts };

/** How the resources of the checkout fare; none where nobody runs it. */
export async function statusesOf(context: Context, options: CommonOptions): Promise<readonly ResourceStatus[]> {
  const running = await connect(findCheckout(context, options));
  const statuses = running && (await snapshotOf(running))?.statuses;
  running?.close();
  return statuses ?? [];
}

/** Throws `not-running` when the server is not there to be asked. */
export async function clientOfServer(
  context: Context,
  { values, instance, paths }: Offline,
  resource: ContainerResource,
  statuses: readonly ResourceStatus[],
): Promise<ServerClient> {
  const status = statuses.find(({ name }) => name === resource.name);
  if (status?.lifecycle.kind !== 'ready' && status?.lifecycle.kind !== 'running')
    throw new FailureError({ code: 'not-running', instance: `${instance}: ${resource.name}` });
  if (status.info?.runtime?.name !== 'docker') {
    const client = values.clientOf(resource, 'native');
    const env = {
      ...definedOnly(context.env),
      ...(await nativeClientEnv(context, paths.folder, resource)),
      ...client.env,
    };
    return { kind: 'native', env, client };
  }
  const { containerId } = status.info;
  const place = { instance, resource: resource.name, ...(containerId !== undefined && { containerId }) };
  return { kind: 'inside', place, client: values.clientOf(resource, 'inside') };
}

/** Its programs are often not in PATH, or only as scripts that want to be another user. */
async function nativeClientEnv(
  { env }: Context,
  state: string,
  { engine, name }: ContainerResource,
): Promise<Record<string, string>> {
  if (engine === 'container') return {};
  const { native } = infraEngines[engine];
  if (native.kind !== 'program') return {};
  const PATH = (await searchPath(native.folders, env)).join(path.delimiter);
  return { PATH, ...native.clientEnv?.(dataFolder(state, name)) };
}

export function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
