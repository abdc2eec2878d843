import type { Exit } from '../core/failure.ts';
import { parseCommand } from '../drivers/process/command.ts';
import { RUN_ID } from '../drivers/process/driver.ts';
import { loadSpawner } from '../drivers/process/run.ts';
import { signalGroup } from '../drivers/process/tree.ts';

export interface BuildRun {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its processes are found by this if devstack dies meanwhile. */
  readonly runId: string;
  readonly signal: AbortSignal;
}

/** Runs a dev build to its end; aborted, it is killed with everything it started. */
export async function buildOnce(
  { command, cwd, env, runId, signal }: BuildRun,
  onOutput: (chunk: Uint8Array) => void,
): Promise<Exit> {
  const execa = await loadSpawner();
  const line = parseCommand(command);
  const subprocess = execa(line.file, line.args, {
    cwd,
    env: { ...env, [RUN_ID]: `${runId}.build` },
    extendEnv: false,
    detached: true,
    buffer: false,
    reject: false,
    stdin: 'ignore',
    encoding: 'buffer',
  });
  const kill = (): void => {
    if (subprocess.pid !== undefined) signalGroup(subprocess.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', kill);
  subprocess.stdout.on('data', onOutput);
  subprocess.stderr.on('data', onOutput);
  const result = await subprocess;
  signal.removeEventListener('abort', kill);
  if (result.signal !== undefined) return { kind: 'signal', signal: result.signal, outOfMemory: false };
  return { kind: 'code', code: result.exitCode ?? 127 };
}
