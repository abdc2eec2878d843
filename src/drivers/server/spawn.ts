import type { Run, Sink } from '../../core/driver.ts';

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
