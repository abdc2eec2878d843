import { statSync } from 'node:fs';
import type { Exit, Failure } from '../../core/failure.ts';
import type { Run, Sink } from '../../core/driver.ts';
import type { Child, ChildCommand } from './child.ts';
import type { Guardian } from './guardian.ts';
import { outOfMemoryKills } from './oom.ts';
import type { OutputPool } from './output.ts';
import { spawnPiped } from './piped.ts';
import { DEFAULT_SIZE, loadPty, PTY_PACKAGE, spawnOnPty } from './pty.ts';
import { RUN_ID } from './run-id.ts';
import { endTree, until, type ProcessTable } from './tree.ts';

/** What a process needs to run, all decided. */
export interface ProcessSpec {
  readonly resource: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Complete; nothing is added but the run id. */
  readonly env: Readonly<Record<string, string>>;
  /** What its processes are found by. */
  readonly runId: string;
  readonly stopSignal: NodeJS.Signals;
  /** Ports that must be free when it is over. */
  readonly ports: readonly number[];
  /** Ports that must be free before it starts. */
  readonly fixedPorts: readonly number[];
  /** What the user wrote, for messages. */
  readonly command: string;
  /** What it finds at its streams; pipes unless told. */
  readonly streams?: 'pipes' | 'terminal';
}

export interface ProcessParts {
  readonly guardian: Guardian;
  readonly outputs: OutputPool;
  readonly table: ProcessTable;
  isPortFree(port: number): Promise<boolean>;
  /** Words for a port somebody else has. */
  portFailure(resource: string, port: number): Promise<Failure>;
}

/** After a crash the rest of the group has this long to end by itself. */
const ORPHAN_GRACE_MS = 2_000;
/** Output still under way when everything is dead arrives within this. */
const DRAIN_MS = 500;
const PORT_FREE_MS = 5_000;

export function startProcess(spec: ProcessSpec, parts: ProcessParts, sink: Sink): Run {
  const asked = { stop: false, kill: false };
  let child: Child | undefined;
  let size = DEFAULT_SIZE;
  void begin();
  return {
    stop() {
      asked.stop = true;
      child?.signal(spec.stopSignal);
    },
    kill() {
      asked.kill = true;
      child?.signal('SIGKILL');
    },
    write(text) {
      child?.write(text);
    },
    resize(columns, rows) {
      size = { columns, rows };
      child?.resize?.(columns, rows);
    },
  };

  async function begin(): Promise<void> {
    try {
      const failure = await preflight();
      if (failure) return sink.exited({ kind: 'not-started', failure });
      if (asked.stop || asked.kill) return sink.exited({ kind: 'signal', signal: spec.stopSignal, outOfMemory: false });
      await spawnAndWait();
    } catch (error) {
      sink.exited({ kind: 'not-started', failure: spawnFailure(error) });
    }
  }

  async function preflight(): Promise<Failure | undefined> {
    if (!isDirectory(spec.cwd)) return { code: 'cwd-missing', resource: spec.resource, cwd: spec.cwd };
    for (const port of spec.fixedPorts) {
      if (!(await parts.isPortFree(port))) return parts.portFailure(spec.resource, port);
    }
    return spec.streams === 'terminal' ? loadPty().then(() => undefined, ptyFailure) : undefined;
  }

  async function spawnAndWait(): Promise<void> {
    const killsBefore = outOfMemoryKills();
    const spawned = await spawnChild();
    child = spawned;
    const { pid } = spawned;
    parts.guardian.add(pid);
    sink.started({ pid });
    if (asked.kill) spawned.signal('SIGKILL');
    else if (asked.stop) spawned.signal(spec.stopSignal);
    const { code, signal } = await spawned.ended;
    const exit = exitOf(code, signal, killsBefore);
    await endTree(
      { pgid: pid, runId: spec.runId },
      {
        table: parts.table,
        graceMs: asked.stop ? Number.POSITIVE_INFINITY : ORPHAN_GRACE_MS,
        wasAsked: asked.stop,
        isKilled: () => asked.kill,
      },
    );
    parts.guardian.remove(pid);
    await Promise.race([spawned.drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    spawned.close();
    await until(
      () => arePortsFree(),
      PORT_FREE_MS,
      () => asked.kill,
    );
    sink.exited(exit);
  }

  async function spawnChild(): Promise<Child> {
    const { file, args, cwd } = spec;
    const command: ChildCommand = { file, args, cwd, env: { ...spec.env, [RUN_ID]: spec.runId } };
    const onOutput = (chunk: Uint8Array): void => sink.output(chunk);
    if (spec.streams !== 'terminal') return spawnPiped(command, parts.outputs, onOutput);
    return spawnOnPty(await loadPty(), command, size, onOutput);
  }

  async function arePortsFree(): Promise<boolean> {
    for (const port of spec.ports) if (!(await parts.isPortFree(port))) return false;
    return true;
  }

  function exitOf(code: number | null, signal: NodeJS.Signals | null, killsBefore: number | undefined): Exit {
    if (signal === null && code === 127 && spec.file === 'sh') {
      return {
        kind: 'not-started',
        failure: { code: 'command-not-found', resource: spec.resource, command: spec.command, cwd: spec.cwd },
      };
    }
    if (signal === null) return { kind: 'code', code: code ?? 0 };
    const kills = signal === 'SIGKILL' && !asked.kill ? outOfMemoryKills() : undefined;
    return { kind: 'signal', signal, outOfMemory: kills !== undefined && kills > (killsBefore ?? kills) };
  }

  function ptyFailure(error: unknown): Failure {
    // What follows the first line is the list of files that asked for it.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { code: 'pty-unavailable', resource: spec.resource, package: PTY_PACKAGE, reason };
  }

  function spawnFailure(error: unknown): Failure {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
      return { code: 'command-not-found', resource: spec.resource, command: spec.command, cwd: spec.cwd };
    return {
      code: 'spawn-failed',
      resource: spec.resource,
      reason: error instanceof Error ? error.message : String(error),
    };
  }
}

function isDirectory(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
