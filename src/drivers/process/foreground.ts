import { constants } from 'node:os';
import { loadExeca } from './execa.ts';

/** Runs a command on our own terminal; its exit code, as a shell would tell it. */
export async function execaInherited(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<number> {
  const execa = await loadExeca();
  const [file = '', ...args] = argv;
  // Ctrl-C reaches the command from the terminal; we wait for what it makes of it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    const result = await execa(file, args, {
      cwd: options.cwd,
      env: options.env,
      extendEnv: false,
      stdio: 'inherit',
      reject: false,
    });
    if (result.exitCode !== undefined) return result.exitCode;
    if (result.signal !== undefined) return 128 + constants.signals[result.signal];
    process.stderr.write(`${file}: command not found\n`);
    return 127;
  } finally {
    process.off('SIGINT', ignore);
  }
}
