import path from 'node:path';
import { execInContainer } from '../../drivers/container/exec.ts';
import { FailureError } from '../../core/failure.ts';
import { execaInherited } from '../../drivers/process/foreground.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { addedEnvironment, binFolders } from '../assemble/environment.ts';
import { namedResource, openOffline, type Offline } from '../assemble/offline.ts';
import type { ClientFacts } from '../assemble/values.ts';
import { engineOf } from '../containers.ts';
import type { CommonOptions, Context } from '../context.ts';
import { takeTerminal } from '../raw-terminal.ts';
import { clientOfServer, definedOnly, statusesOf } from '../server-client.ts';

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
  if (resource.kind === 'process' && resource.elsewhere)
    throw new FailureError({
      code: 'wrong-kind',
      command: 'exec',
      name,
      kind: 'service elsewhere',
      reason: `nothing of it runs here: it is at ${resource.elsewhere.url}`,
    });
  const added = addedEnvironment(offline.stack, resource, offline.values, context.env);
  if (added.kind === 'failed') throw new FailureError(added.failure);
  // Unlike a run, it writes to the terminal itself: nobody asks for colours on its behalf.
  const PATH = [...binFolders(resource.cwd, offline.stack.root), context.env['PATH'] ?? ''].join(path.delimiter);
  return execaInherited(argv, { cwd: resource.cwd, env: { ...definedOnly(context.env), PATH, ...added.env } });
}

async function execAtServer(
  context: Context,
  offline: Offline,
  resource: ContainerResource,
  argv: readonly string[],
  options: CommonOptions,
): Promise<number> {
  const at = await clientOfServer(context, offline, resource, await statusesOf(context, options));
  const { client } = at;
  if (at.kind === 'native') return execaInherited(led(argv, client), { cwd: offline.stack.root, env: at.env });
  const engine = await engineOf(resource.name, context.env);
  const tty = process.stdin.isTTY && process.stdout.isTTY;
  const giveBack = tty ? takeTerminal() : undefined;
  return execInContainer(engine, at.place, led(argv, client), {
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

/** A command line that begins with a client of the server, led to it. */
function led([program = '', ...rest]: readonly string[], { args }: ClientFacts): readonly string[] {
  return [program, ...(args[path.basename(program)] ?? []), ...rest];
}
