import { rmSync } from 'node:fs';
import path from 'node:path';
import { projectPaths, removeRuntimeFolder, runtimePath } from '../project/paths.ts';
import { noteSession } from '../project/known.ts';
import { isLive, readSession, releaseSession, type Session } from '../project/session.ts';
import { isAlive, livesOn, processesOf } from '../system/processes.ts';
import { restoreLeftTerminal } from './left-terminal.ts';

/** Run by the guardian after devstack died: ends what left its process group, stops containers, clears files. */
async function cleanUp(sessionId: string, root: string, instance: string, name?: string): Promise<void> {
  restoreLeftTerminal(path.join(runtimePath(instance), sessionId));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const strays = processesOf({ runId: sessionId });
    if (strays.length === 0) break;
    for (const { pid, startTime } of strays) {
      if (!isAlive(pid, startTime)) continue;
      try {
        process.kill(pid, signal);
      } catch {
        // ended meanwhile
      }
    }
    for (let turn = 0; turn < 20 && strays.some(({ pid, startTime }) => isAlive(pid, startTime)); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const paths = projectPaths(root, name);
  // A new devstack may take the checkout at any moment while this runs: then what is there is its own.
  const ourSession = (): Session | undefined => {
    const session = readSession(paths);
    return session?.id === sessionId ? session : undefined;
  };
  rmSync(path.join(runtimePath(instance), sessionId), { recursive: true, force: true });
  const session = ourSession();
  if (!session) {
    // It died before the checkout was its own; whoever has it now makes the folder once more after taking it.
    if (!isLive(readSession(paths), livesOn)) removeRuntimeFolder(instance);
    return;
  }
  rmSync(session.socket, { force: true });
  const { stopLeftContainers } = await import('./containers.ts');
  if (ourSession()) await stopLeftContainers(instance, process.env);
  if (!ourSession()) return;
  removeRuntimeFolder(instance);
  noteSession(releaseSession(paths, session), process.env);
}

const [sessionId, root, instance, name] = process.argv.slice(2);
if (sessionId !== undefined && root !== undefined && instance !== undefined) {
  void cleanUp(sessionId, root, instance, name);
}
