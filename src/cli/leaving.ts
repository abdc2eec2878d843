import { closeSync, openSync } from 'node:fs';

// Whoever started `up` waits for its process. `bin/devstack` puts a shell in between, which can end while devstack goes on.

const VARIABLE = 'DEVSTACK_STARTER';
const LOOK_MS = 1_000;

/** The shell of `bin/devstack` that waits for this process; it is nobody else's business, so the variable goes. */
export function takeStarter(env: NodeJS.ProcessEnv): number | undefined {
  const pid = Number(env[VARIABLE]);
  delete env[VARIABLE];
  return pid === process.ppid ? pid : undefined;
}

/** The shell still waits for this process. */
export const isAwaited = (starter: number | undefined): boolean => starter !== undefined && process.ppid === starter;

/** Calls back once when the starter was killed: what it waited for is nobody's any more. */
export function whenKilled(starter: number, callback: () => void): () => void {
  const timer = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(timer);
    callback();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The terminal is somebody else's from here on: its modes are not set back at the end, and nobody waits for it. */
export function leaveTerminal(starter: number | undefined): void {
  for (const fd of [0, 1, 2]) {
    closeSync(fd);
    openSync('/dev/null', fd === 0 ? 'r' : 'w');
  }
  if (starter !== undefined && isAwaited(starter)) process.kill(starter, 'SIGUSR1');
}
