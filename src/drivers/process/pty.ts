import type * as nodePty from '@lydell/node-pty';
import { constants } from 'node:os';
import type { Child, ChildCommand, Ended } from './child.ts';
import { createTerminalInput } from './terminal-input.ts';
import { signalGroup } from './tree.ts';

type NodePty = typeof nodePty;

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Until somebody says how large its pane is. */
export const DEFAULT_SIZE: TerminalSize = { columns: 120, rows: 40 };

export const PTY_PACKAGE = '@lydell/node-pty';

const SIGNALS = Object.keys(constants.signals).filter((name): name is NodeJS.Signals => name in constants.signals);

let loading: Promise<NodePty> | undefined;

/** Native code that not every machine has: loaded with the first service that wants a terminal. Rejects without it. */
export function loadPty(): Promise<NodePty> {
  loading ??= import('@lydell/node-pty');
  return loading;
}

/**
 * Starts it on a terminal of its own, whose first process leads a session and a group. Nobody is told that a program
 * does not exist: it looks like one that ends with 1.
 *
 * Version 1.1 of the package leaves our side of a terminal open to programs started later (microsoft/node-pty#657).
 * Its end is read all the same, since that depends on the other side; but a hang-up may come late, so what ends the
 * group when devstack is gone is the guardian.
 */
export function spawnOnPty(
  pty: NodePty,
  { file, args, cwd, env }: ChildCommand,
  { columns, rows }: TerminalSize,
  onOutput: (chunk: Uint8Array) => void,
): Child {
  const terminal = pty.spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env,
    // Bytes: a character cut in two by a read would be damaged.
    encoding: null,
  });
  const { pid } = terminal;
  const unix: object = terminal;
  if (!isUnixTerminal(unix)) throw new Error(`${PTY_PACKAGE} has no descriptor to write to`);
  const input = createTerminalInput(unix.fd);
  let isOpen = true;
  let isOver = false;
  // Told in the turn in which the descriptor is closed, which may be long before the exit.
  unix.on('close', () => {
    isOpen = false;
    input.close();
  });
  terminal.onData((chunk: string | Uint8Array) => {
    if (typeof chunk !== 'string') onOutput(chunk);
  });
  // Comes when the terminal is read to its end, or 200 ms after the exit when somebody still holds it.
  const ended = new Promise<Ended>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      isOver = true;
      resolve({ code: exitCode, signal: signalName(signal) });
    });
  });
  return {
    pid,
    signal(name) {
      // For a moment after the fork it has no group of its own yet.
      if (!signalGroup(pid, name) && !isOver) signalOne(pid, name);
    },
    write: (text) => input.write(text),
    resize(to, toRows) {
      if (isOpen) terminal.resize(Math.max(1, Math.floor(to)), Math.max(1, Math.floor(toRows)));
    },
    ended,
    drained: ended.then(() => undefined),
    // The package closes it with the exit.
    close: () => undefined,
  };
}

/** What the package has on Unix and does not declare. */
interface UnixTerminal {
  readonly fd: number;
  on(event: 'close', listener: () => void): void;
}

function isUnixTerminal(terminal: object): terminal is UnixTerminal {
  return 'fd' in terminal && typeof terminal.fd === 'number' && 'on' in terminal && typeof terminal.on === 'function';
}

function signalOne(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: gone already
  }
}

/** 0 and undefined: it ended by itself. */
function signalName(number: number | undefined): NodeJS.Signals | null {
  return SIGNALS.find((name) => constants.signals[name] === number) ?? null;
}
