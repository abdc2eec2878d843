import { spawn, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Exit, Failure } from '../../core/failure.ts';
import type { Run, Sink } from '../../core/driver.ts';
import type { Guardian } from './guardian.ts';
import { outOfMemoryKills } from './oom.ts';
import type { OutputPool } from './output.ts';
import { RUN_ID } from './run-id.ts';
import { endTree, signalGroup, until, type ProcessTable } from './tree.ts';

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
}

export interface ProcessParts {
  readonly guardian: Guardian;
  readonly outputs: OutputPool;
  readonly table: ProcessTable;
  isPortFree(port: number): Promise<boolean>;
  /** Words for a port somebody else has. */
  portFailure(resource: string, port: number): Failure;
}

/** After a crash the rest of the group has this long to end by itself. */
const ORPHAN_GRACE_MS = 2_000;
/** Output still under way when everything is dead arrives within this. */
const DRAIN_MS = 500;
const PORT_FREE_MS = 5_000;

export function startProcess(spec: ProcessSpec, parts: ProcessParts, sink: Sink): Run {
  const asked = { stop: false, kill: false };
  let pid: number | undefined;
  let input: { write(text: string): unknown } | null = null;
  void begin();
  return {
    stop() {
      asked.stop = true;
      if (pid !== undefined) signalGroup(pid, spec.stopSignal);
    },
    kill() {
      asked.kill = true;
      if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    },
    write(text) {
      input?.write(text);
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
    return undefined;
  }

  async function spawnAndWait(): Promise<void> {
    const pipe = parts.outputs.open();
    const killsBefore = outOfMemoryKills();
    const output = pipe?.writeFd ?? 'pipe';
    let subprocess: ChildProcess;
    try {
      subprocess = spawn(spec.file, spec.args, {
        cwd: spec.cwd,
        env: { ...spec.env, [RUN_ID]: spec.runId },
        detached: true,
        stdio: ['pipe', output, output],
      });
    } catch (error) {
      pipe?.destroy();
      throw error;
    }
    const notSpawned = new Promise((resolve) => subprocess.once('error', resolve));
    pipe?.closeWriter();
    if (subprocess.pid === undefined) {
      pipe?.destroy();
      return sink.exited({ kind: 'not-started', failure: spawnFailure(await notSpawned) });
    }
    const child = subprocess.pid;
    pid = child;
    parts.guardian.add(child);
    input = subprocess.stdin;
    subprocess.stdin?.on('error', () => undefined); // it closed its input; nothing to tell
    const drained = new Promise<void>((resolve) => {
      if (pipe) return pipe.read((chunk) => sink.output(chunk), resolve);
      let open = 2;
      for (const stream of [subprocess.stdout, subprocess.stderr]) {
        stream?.on('data', (chunk: Uint8Array) => sink.output(chunk));
        stream?.on('end', () => (open -= 1) === 0 && resolve());
      }
    });
    // Not the close event: it waits for grandchildren that hold a stream.
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      subprocess.on('exit', (code, signal) => resolve({ code, signal }));
    });
    sink.started({ pid: child });
    if (asked.kill) signalGroup(child, 'SIGKILL');
    else if (asked.stop) signalGroup(child, spec.stopSignal);
    const { code, signal } = await ended;
    const exit = exitOf(code, signal, killsBefore);
    await endTree(
      { pgid: child, runId: spec.runId },
      {
        table: parts.table,
        graceMs: asked.stop ? Number.POSITIVE_INFINITY : ORPHAN_GRACE_MS,
        wasAsked: asked.stop,
        isKilled: () => asked.kill,
      },
    );
    parts.guardian.remove(child);
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    pipe?.destroy();
    await until(
      () => arePortsFree(),
      PORT_FREE_MS,
      () => asked.kill,
    );
    sink.exited(exit);
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
