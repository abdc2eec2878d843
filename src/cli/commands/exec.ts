import path from 'node:path';
import { execInContainer } from '../../drivers/container/exec.ts';
import { dataFolder } from '../../drivers/data/folder.ts';
import { searchPath } from '../../drivers/native/find.ts';
import { FailureError } from '../../core/failure.ts';
import { execaInherited } from '../../drivers/process/foreground.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { infraEngines } from '../../kinds/index.ts';
import { addedEnvironment, binFolders } from '../assemble/environment.ts';
import { namedResource, openOffline, type Offline } from '../assemble/offline.ts';
import type { ClientFacts } from '../assemble/values.ts';
import { connect, findCheckout } from '../connect.ts';
import { engineOf } from '../containers.ts';
import type { CommonOptions, Context } from '../context.ts';
import { takeTerminal } from '../raw-terminal.ts';
import { snapshotOf } from '../wait.ts';

/** Runs a command in the container of a resource, or here with the environment of a service. */
export async function exec(
  context: Context,
  name: string,
  argv: readonly string[],
  options: CommonOptions,
): Promise<number> {
  const offline = await openOffline(context, options);
  const resource = namedResource(offline.stack, 'exec', name);
  if (resource.kind === 'container') return execAtServer(context, offline, resource, argv, options);
  const added = addedEnvironment(offline.stack, resource, offline.values, context.env);
  if (added.kind === 'failed') throw new FailureError(added.failure);
  // Unlike a run, it writes to the terminal itself: nobody asks for colours on its behalf.
  const PATH = [...binFolders(resource.cwd, offline.stack.root), context.env['PATH'] ?? ''].join(path.delimiter);
  return execaInherited(argv, { cwd: resource.cwd, env: { ...definedOnly(context.env), PATH, ...added.env } });
}

async function execAtServer(
  context: Context,
  { stack, values, instance }: Offline,
  resource: ContainerResource,
  argv: readonly string[],
  options: CommonOptions,
): Promise<number> {
  const running = await connect(findCheckout(context, options));
  const status = running && (await snapshotOf(running))?.statuses.find(({ name }) => name === resource.name);
  running?.close();
  if (status?.lifecycle.kind !== 'ready' && status?.lifecycle.kind !== 'running')
    throw new FailureError({ code: 'not-running', instance: `${instance}: ${resource.name}` });
  if (status.info?.runtime?.name !== 'docker') {
    const client = values.clientOf(resource, 'native');
    const env = {
      ...definedOnly(context.env),
      ...(await nativeClientEnv(context, stack.root, resource)),
      ...client.env,
    };
    return execaInherited(led(argv, client), { cwd: stack.root, env });
  }
  const engine = await engineOf(resource.name, context.env);
  const tty = process.stdin.isTTY && process.stdout.isTTY;
  const giveBack = tty ? takeTerminal() : undefined;
  const client = values.clientOf(resource, 'inside');
  const { containerId } = status.info;
  const at = { instance, resource: resource.name, ...(containerId !== undefined && { containerId }) };
  return execInContainer(engine, at, led(argv, client), {
    tty,
    env: client.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    size: () => ({ columns: process.stdout.columns, rows: process.stdout.rows }),
    onResize(changed) {
      process.stdout.on('resize', changed);
      return () => process.stdout.off('resize', changed);
    },
  }).finally(() => giveBack?.());
}

/** Its programs are often not in PATH, or only as scripts that want to be another user. */
async function nativeClientEnv(
  { env }: Context,
  root: string,
  { engine, name }: ContainerResource,
): Promise<Record<string, string>> {
  if (engine === 'container') return {};
  const { native } = infraEngines[engine];
  if (native.kind !== 'program') return {};
  const PATH = (await searchPath(native.folders, env)).join(path.delimiter);
  return { PATH, ...native.clientEnv?.(dataFolder(root, name)) };
}

/** A command line that begins with a client of the server, led to it. */
function led([program = '', ...rest]: readonly string[], { args }: ClientFacts): readonly string[] {
  return [program, ...(args[path.basename(program)] ?? []), ...rest];
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
