import { parseCommand } from './command.ts';
import { loadSpawner } from './run.ts';

export interface CheckCommand {
  readonly command: string | readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Runs a health command; its exit code, or why there is none. Nothing of it outlives its time limit. */
export async function runCheck({ command, cwd, env, timeoutMs }: CheckCommand): Promise<number | string> {
  const execa = await loadSpawner();
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
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (pid !== undefined) killGroup(pid);
  }, timeoutMs);
  const result = await subprocess;
  clearTimeout(timer);
  if (pid !== undefined) killGroup(pid);
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
