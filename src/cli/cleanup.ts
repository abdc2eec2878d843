import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectPaths, removeRuntimeFolder, runtimePath } from '../project/paths.ts';
import { noteSession, sessionOf } from '../project/known.ts';
import { hasShared } from '../project/shared.ts';
import { isLive, overOf, releaseSession } from '../project/session.ts';
import { livesOn, processesOf } from '../system/processes.ts';
import { endProcesses } from './end-left.ts';
import { restoreLeftTerminal } from './left-terminal.ts';

/** After TERM, and again after KILL. */
const PATIENCE_MS = 1_000;

/** Run by the guardian after devstack died: ends what left its process group, stops containers, clears files. */
async function cleanUp(sessionId: string, root: string, instance: string, name?: string): Promise<void> {
  restoreLeftTerminal(path.join(runtimePath(instance), sessionId));
  await endProcesses(() => processesOf({ runId: sessionId }), PATIENCE_MS);
  const paths = projectPaths(root, name);
  // A new devstack may take the instance at any moment while this runs: then what is there is its own, and noted so.
  const isOurs = (): boolean => {
    const session = sessionOf(paths);
    return session === undefined || session.id === sessionId;
  };
  rmSync(path.join(runtimePath(instance), sessionId), { recursive: true, force: true });
  if (!isOurs()) {
    // It died before the instance was its own; whoever has it now makes the folder once more after taking it.
    if (!isLive(sessionOf(paths), livesOn)) removeRuntimeFolder(instance);
    return;
  }
  rmSync(path.join(runtimePath(instance), 'sock'), { force: true });
  const { stopLeftContainers } = await import('./containers.ts');
  if (isOurs()) await stopLeftContainers(instance, process.env);
  const { stack } = sessionOf(paths) ?? {};
  if (stack !== undefined && isOurs() && hasShared(stack, process.env)) {
    const { leaveSharedServers } = await import('./shared-servers.ts');
    // The engine went away, or refuses: there is nobody to tell, and `down` tries again.
    await leaveSharedServers({ instance, stack }, process.env, { volumes: false }).catch(() => []);
  }
  if (!isOurs()) return;
  removeRuntimeFolder(instance);
  const session = sessionOf(paths);
  // With the checkout gone there is no lock to give back.
  if (session) noteSession(existsSync(paths.folder) ? releaseSession(paths, session) : overOf(session));
  // Also one that died before it had a session.
  if (!existsSync(paths.throwAway)) return;
  const { endInstance } = await import('./end-instance.ts');
  await endInstance({ env: process.env }, { instance, paths }, { volumes: true }, () => undefined);
}

const [sessionId, root, instance, name] = process.argv.slice(2);
if (sessionId !== undefined && root !== undefined && instance !== undefined) {
  void cleanUp(sessionId, root, instance, name);
}
