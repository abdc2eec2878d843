import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A command on our own terminal that is told when to end. */
export interface Beside {
  /** Its exit code, as a shell would tell it. */
  readonly ended: Promise<number>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a command that reads and writes where we do; `stdout` is a descriptor of ours. */
export function runBeside(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly stdout: number },
): Beside {
  const [file = '', ...args] = argv;
  const { cwd, env, stdout } = options;
  const child = spawn(file, args, { cwd, env, stdio: [0, stdout, 2] });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      process.stderr.write(isMissing ? `${file}: command not found\n` : `${file}: ${error.message}\n`);
      resolve(isMissing ? 127 : 126);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
  return { ended, signal: (signal) => void child.kill(signal) };
}
