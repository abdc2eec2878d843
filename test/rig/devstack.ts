import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { processesOf } from '../../src/system/processes.ts';
import { readSession } from '../../src/project/session.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { until } from './until.ts';

export const bin = fileURLToPath(new URL('../../bin/devstack.js', import.meta.url));

/** The program people call: a shell that starts the above. */
export const program = fileURLToPath(new URL('../../bin/devstack', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built CLI as a user runs it. */
export interface Running {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Everything printed so far on both streams. */
  output(): string;
  /** Waits for text that matches, from the start or from a position. */
  seen(pattern: RegExp, from?: number): Promise<RegExpMatchArray>;
  readonly finished: Promise<Finished>;
}

export function devstack(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly node?: string;
    readonly bin?: string;
    readonly stdin?: 'pipe';
  },
): Running {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', ...options.env };
  for (const name of ['CI', 'FORCE_COLOR', 'VITEST', 'NODE_ENV', 'DEVSTACK_RUN_ID', 'DEVSTACK_INSTANCE'])
    if (!(name in (options.env ?? {}))) delete env[name];
  const child = spawn(options.node ?? process.execPath, [options.bin ?? bin, ...args], {
    cwd: options.cwd,
    env,
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let ended = false;
  let wake: (() => void)[] = [];
  const notify = (): void => {
    const woken = wake;
    wake = [];
    for (const callback of woken) callback();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    notify();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    notify();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => {
      ended = true;
      notify();
      resolve({ code, stdout, stderr });
    });
  });
  return {
    process: child,
    pid: child.pid ?? 0,
    output: () => stdout + stderr,
    async seen(pattern, from = 0) {
      for (;;) {
        const match = (stdout + stderr).slice(from).match(pattern);
        if (match) return match;
        if (ended) throw new Error(`ended without ${pattern}:\n${stdout}${stderr}`);
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
    finished,
  };
}

/** The built CLI in a terminal of 33 rows and 101 columns, after which `after` runs in the same shell. */
export function devstackInTerminal(args: string, after: string, options: { readonly cwd: string }): Running {
  const line = `stty rows 33 cols 101; ${process.execPath} ${bin} ${args}; ${after}`;
  // util-linux's: it makes a terminal for the command, and copies our pipes to and from it.
  return devstack([line, '/dev/null'], { ...options, node: 'script', bin: '-qec', stdin: 'pipe' });
}

/** Nothing of the checkout (or of another instance of it) is left: no process, no socket, no open port. */
export async function nothingLeft(root: string, ports: readonly number[] = [], name?: string): Promise<void> {
  const session = readSession(projectPaths(root, name));
  if (!session) return;
  await until(() => processesOf({ runId: session.id }).length === 0);
  // Socket and pipes are in a folder of the instance, which goes last.
  await until(() => !existsSync(path.dirname(session.socket)));
  for (const port of ports) await until(async () => !(await accepts(port)));
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
