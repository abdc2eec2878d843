import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/**
 * Ends a server that an earlier devstack could not end, and the note of one that is gone, which could name a process
 * of somebody else by now.
 */
export async function clearLeftover(data: string): Promise<void> {
  const note = join(data, 'postmaster.pid');
  const text = await readFile(note, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  const isOurs = () => isServerOf(pid, data);
  const start = performance.now();
  if (await isOurs()) signal(pid, 'SIGINT');
  while (await isOurs()) {
    if (performance.now() - start > PATIENCE_MS) signal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await rm(note, { force: true });
}

/** A server's working folder is its data folder, on every system. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  if (process.platform === 'linux') {
    // A zombie has no working folder any more.
    return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === (await realpath(data));
  }
  const said = await runCommand({ file: 'ps', args: ['-o', 'stat=,command=', '-p', String(pid)] }).catch(() => '');
  return said.includes(data) && !said.trimStart().startsWith('Z');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended in between
  }
}
