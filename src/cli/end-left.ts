import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { removeRuntimeFolder, runtimePath } from '../project/paths.ts';
import type { SystemProcess } from '../system/process.ts';
import { isAlive } from '../system/processes.ts';

/** How long what a dead devstack left behind may take to end after TERM, and again after KILL. */
const PATIENCE_MS = 2_000;
const POLL_MS = 25;

/** Ends what still runs of an instance, or a session, that nobody serves. For who knows that nobody does. */
export async function endProcesses(
  find: () => readonly SystemProcess[],
  patienceMs = PATIENCE_MS,
): Promise<readonly string[]> {
  const did: string[] = [];
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    // Who calls this may have been started by a service of it.
    const left = find().filter(({ pid }) => pid !== process.pid);
    for (const { pid, startTime, command } of left) {
      if (!isAlive(pid, startTime)) continue;
      try {
        process.kill(pid, signal);
        did.push(`${signal === 'SIGTERM' ? 'ended' : 'killed'} what was left: ${command} (pid ${pid})`);
      } catch {
        // it ended in between
      }
    }
    const until = performance.now() + patienceMs;
    while (performance.now() < until && left.some(({ pid, startTime }) => isAlive(pid, startTime)))
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return did;
}

/** Removes sockets and pipes of an instance that nobody serves: they are made by whoever holds it, of whatever session. */
export function clearRuntime(instance: string, env: NodeJS.ProcessEnv): readonly string[] {
  const folder = runtimePath(instance, env);
  const left = namesIn(folder).map((name) => path.join(folder, name));
  for (const file of left) rmSync(file, { recursive: true, force: true });
  removeRuntimeFolder(instance, env);
  return left.map((file) => `removed ${file}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return []; // there is none
  }
}
