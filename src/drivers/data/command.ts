import { spawn } from 'node:child_process';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Runs a short command to its end. Throws with what it said when it fails or is not found. */
export function runCommand(
  { file, args }: Command,
  options: { readonly signal?: AbortSignal; readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], {
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...options.env },
      cwd: '/',
      ...(options.signal && { signal: options.signal, killSignal: 'SIGKILL' }),
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdin.on('error', () => {}); // it ended without reading all of it, and its exit tells why
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(said);
      reject(new Error(`${file} ended with ${code ?? signal}: ${said.trim().split('\n').slice(-5).join(' ')}`));
    });
  });
}
