import type { Run, Sink } from '../../core/driver.ts';
import type { Exit, Failure } from '../../core/failure.ts';

/** What the process driver needs to spawn it and to stop it. */
export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  readonly resource: string;
  readonly run: number;
}

/** Spawns a process that is ended with its whole tree: the process driver's, passed in. */
export type SpawnServer = (command: ServerCommand, sink: Sink) => Run;

/** Of a run that was stopped before there was anything to stop. */
export const CANCELLED: Exit = { kind: 'signal', signal: 'SIGTERM', outOfMemory: false };

/** Spawns a server once it is prepared; a stop meanwhile ends the preparation. */
export function startPrepared(
  resource: string,
  sink: Sink,
  spawnServer: SpawnServer,
  prepare: (signal: AbortSignal) => Promise<ServerCommand | Failure>,
): Run {
  const unwanted = new AbortController();
  let server: Run | undefined;
  const begin = async (): Promise<void> => {
    const prepared = await prepare(unwanted.signal);
    if (unwanted.signal.aborted) return sink.exited(CANCELLED);
    if ('code' in prepared) return sink.exited({ kind: 'not-started', failure: prepared });
    server = spawnServer(prepared, sink);
  };
  begin().catch((error: unknown) => {
    if (unwanted.signal.aborted) return sink.exited(CANCELLED);
    const reason = error instanceof Error ? error.message : String(error);
    sink.exited({ kind: 'not-started', failure: { code: 'spawn-failed', resource, reason } });
  });
  return {
    stop() {
      unwanted.abort();
      server?.stop();
    },
    kill() {
      unwanted.abort();
      server?.kill();
    },
  };
}
