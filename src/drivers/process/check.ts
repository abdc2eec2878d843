import { parseCommand } from './command.ts';
import type { Guardian } from './guardian.ts';
import { loadExeca } from './execa.ts';

export interface CheckCommand {
  readonly command: string | readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Nobody waits for the answer any more: it ends at once. */
  readonly signal: AbortSignal;
  readonly guardian: Guardian;
}

/** Runs a health command; its exit code, or why there is none. Nothing of it outlives its time limit. */
export async function runCheck({
  command,
  cwd,
  env,
  timeoutMs,
  signal,
  guardian,
}: CheckCommand): Promise<number | string> {
  const execa = await loadExeca();
  if (signal.aborted) return 'was not run';
  const [file = '', ...args] = typeof command === 'string' ? lineOf(command) : command;
  const subprocess = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const { pid } = subprocess;
  if (pid !== undefined) guardian.add(pid);
  const kill = (): void => {
    if (pid !== undefined) killGroup(pid);
  };
  signal.addEventListener('abort', kill);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  const result = await subprocess;
  clearTimeout(timer);
  signal.removeEventListener('abort', kill);
  kill();
  if (pid !== undefined) guardian.remove(pid);
  if (timedOut) return `takes longer than ${timeoutMs} ms`;
  if (result.exitCode !== undefined) return result.exitCode;
  return result.signal === undefined
    ? `cannot be run: ${result.shortMessage ?? 'unknown reason'}`
    : `was ended by ${result.signal}`;
}

function lineOf(command: string): readonly string[] {
  const { file, args } = parseCommand(command);
  return [file, ...args];
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing is left of it
  }
}
