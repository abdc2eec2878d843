import type { Exit } from '../core/failure.ts';
import { parseCommand } from '../drivers/process/command.ts';
import { loadExeca } from '../drivers/process/execa.ts';
import { RUN_ID } from '../drivers/process/run-id.ts';
import { signalGroup } from '../drivers/process/tree.ts';

export interface BuildRun {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its processes are found by this if devstack dies meanwhile. */
  readonly runId: string;
  readonly signal: AbortSignal;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the build wrote last arrives within this. */
const DRAIN_MS = 300;

/** Runs a dev build to its end; aborted, it is killed with everything it started. */
export async function buildOnce(
  { command, cwd, env, runId, signal }: BuildRun,
  onOutput: (chunk: Uint8Array) => void,
): Promise<Exit> {
  const execa = await loadExeca();
  if (signal.aborted) return { kind: 'signal', signal: 'SIGKILL', outOfMemory: false };
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
  // Not the promise: it waits for whatever the build leaves running with our pipe in hand.
  const { code, signal: endedBy } = await new Promise<Ended>((resolve) => {
    subprocess.on('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    void subprocess.then(({ exitCode }) => resolve({ code: exitCode ?? 127, signal: null }));
  });
  await Promise.race([subprocess, new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]);
  signal.removeEventListener('abort', kill);
  kill();
  if (endedBy !== null) return { kind: 'signal', signal: endedBy, outOfMemory: false };
  return { kind: 'code', code: code ?? 127 };
}
