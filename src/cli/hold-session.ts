import { existsSync } from 'node:fs';
import { FailureError } from '../core/failure.ts';
import { removeRuntimeFolder, runtimeFolder } from '../project/paths.ts';
import { noteSession } from '../project/known.ts';
import { overOf, releaseSession, takeSession, type LiveSession } from '../project/session.ts';
import { livesOn, markOf } from '../system/processes.ts';
import type { Assembly } from './assemble/engine.ts';
import type { Context } from './context.ts';
import { answering } from './answering.ts';

/** Takes the checkout for an assembly; throws `already-running` (and closes the assembly) when somebody has it. */
export async function holdSession(context: Context, assembly: Assembly, stack: string): Promise<() => void> {
  const { paths } = assembly;
  const session: LiveSession = {
    instance: assembly.instance,
    stack,
    root: paths.root,
    ...(paths.name !== undefined && { name: paths.name }),
    version: context.version,
    id: assembly.sessionId,
    socket: assembly.socket,
    since: Date.now(),
    ...markOf(process.pid),
  };
  try {
    await refuseServed(session);
    takeSession(paths, session, livesOn);
    noteSession(session, context.env);
    // The clean-up after one that died before this may just have taken it away.
    runtimeFolder(session.instance, context.env);
  } catch (error) {
    await assembly.close();
    throw error;
  }
  return () => {
    // As long as the checkout is ours nobody else is about to use it.
    removeRuntimeFolder(session.instance, context.env);
    // The checkout may have been removed meanwhile.
    noteSession(existsSync(paths.folder) ? releaseSession(paths, session) : overOf(session), context.env);
  };
}

/** Its notes may be damaged or gone, and the lock with them: whoever answers at the socket has the instance. */
async function refuseServed({ instance, socket }: LiveSession): Promise<void> {
  if (!existsSync(socket)) return;
  const client = await answering(socket);
  client?.close();
  if (client) throw new FailureError({ code: 'already-running', instance, pid: client.pid });
}
