import { isAlive, listeningHosts, portHolder } from '../system/processes.ts';

const GRACE_MS = 5_000;
const LOOK_MS = 50;

/** Asks the process that has a port to end and kills it when it does not; what became of it, in words. */
export async function endProcess(pid: number, port: number): Promise<string> {
  // Since that was seen it may have ended, and another may have got its number.
  if (portHolder(port)?.pid !== pid) return `process ${pid} does not have port ${port} any more`;
  try {
    process.kill(pid, 'SIGTERM');
    if (await isGone(pid, port)) return `process ${pid} has ended`;
    process.kill(pid, 'SIGKILL');
    return (await isGone(pid, port)) ? `process ${pid} did not end and was killed` : `process ${pid} cannot be ended`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH') return `process ${pid} is gone already`;
    return code === 'EPERM' ? `process ${pid} belongs to another user` : `process ${pid}: ${String(error)}`;
  }
}

/** A process may be dead while a thread of it still has the port. */
async function isGone(pid: number, port: number): Promise<boolean> {
  for (let left = GRACE_MS; left > 0; left -= LOOK_MS) {
    if (!isAlive(pid) && listeningHosts(port).length === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return !isAlive(pid);
}
