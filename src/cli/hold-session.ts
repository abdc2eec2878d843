import { removeRuntimeFolder, runtimeFolder } from '../project/paths.ts';
import { releaseSession, takeSession, type Session } from '../project/session.ts';
import { isAlive, startTimeOf } from '../system/processes.ts';
import type { Assembly } from './assemble/engine.ts';
import type { Context } from './context.ts';

/** Takes the checkout for an assembly; throws `already-running` (and closes the assembly) when somebody has it. */
export async function holdSession(context: Context, assembly: Assembly, stack: string): Promise<() => void> {
  const session: Session & { pid: number; startTime: number } = {
    instance: assembly.instance,
    stack,
    version: context.version,
    id: assembly.sessionId,
    socket: assembly.socket,
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? 0,
  };
  const { paths } = assembly;
  try {
    takeSession(paths, session, isAlive);
    // The clean-up after one that died before this may just have taken it away.
    runtimeFolder(session.instance, context.env);
  } catch (error) {
    await assembly.close();
    throw error;
  }
  return () => {
    // As long as the checkout is ours nobody else is about to use it.
    removeRuntimeFolder(session.instance, context.env);
    releaseSession(paths, session);
  };
}
