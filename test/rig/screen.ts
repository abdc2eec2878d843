import { spawn, type IPty } from '@lydell/node-pty';
import type { IBuffer, IBufferCell, Terminal } from '@xterm/headless';
import xterm from '@xterm/headless';
import { encodeKey, encodePaste } from '../../src/tui/input/encode.ts';
import type { Mouse } from '../../src/tui/input/event.ts';
import { parseKey } from '../../src/keys/key.ts';
import { bin, program } from './devstack.ts';
import type { TerminalModes } from './modes.ts';
import { modesAfter } from './modes.ts';

export interface Cell {
  /** Empty behind a wide character. */
  readonly char: string;
  readonly fg: Colour;
  readonly bg: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** A number is one of the palette of 256. */
export type Colour = 'default' | number | `#${string}`;

export interface Ended {
  readonly code: number;
  /** 0 where none ended it. */
  readonly signal: number;
  readonly modes: TerminalModes;
}

/** A program on a terminal of its own, and what the terminal shows. Rows and columns count from 0. */
export interface Screen extends AsyncDisposable {
  readonly pid: number;
  /** Rows without the spaces at their ends. */
  text(): readonly string[];
  cell(row: number, column: number): Cell;
  cells(): readonly (readonly Cell[])[];
  /**
   * Waits until the screen shows a text or is as wanted, looking after each frame, and gives its rows. When it does not
   * come to that, or the program ends, the error shows the screen.
   */
  until(
    wanted: string | RegExp | ((screen: Screen) => boolean),
    what?: string,
    limitMs?: number,
  ): Promise<readonly string[]>;
  /** Names as people write them. An Escape is told from alt only by the pause behind it: wait for what it does. */
  press(...keys: readonly string[]): void;
  type(text: string): void;
  paste(text: string): void;
  mouse(action: Mouse['action'], column: number, row: number, held?: Partial<Mouse>): void;
  resize(columns: number, rows: number): void;
  /** From now on nobody reads what it writes. */
  pause(): void;
  /** The terminal goes away, as when its window is closed. */
  hangUp(): void;
  /** How much was written so far; also a mark for `writtenSince`. */
  bytes(): number;
  /** As it came, with all its sequences. */
  writtenSince(mark: number): string;
  modes(): TerminalModes;
  readonly exit: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

export interface ScreenOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

const LIMIT_MS = 60_000;
/** The mode in which a terminal shows nothing of what is written until it ends. */
const SYNCHRONIZED = 2026;
const GRACE_MS = 20_000;

/** Variables that tell a program it runs under a test or in another terminal, or lead it to the user's own display. */
const LEFT_OUT =
  'CI CONTINUOUS_INTEGRATION VITEST NODE_ENV NO_COLOR FORCE_COLOR DEVSTACK_RUN_ID ' +
  'TMUX STY TERM_PROGRAM DISPLAY WAYLAND_DISPLAY LINES COLUMNS';

/** The built CLI on a terminal. At its end everything it started has to be gone: `nothingLeft` tells. */
export function devstackOnScreen(args: readonly string[], options: ScreenOptions): Screen {
  return onScreen([process.execPath, bin, ...args], options);
}

/** The same as people call it. */
export function programOnScreen(args: readonly string[], options: ScreenOptions): Screen {
  return onScreen([program, ...args], options);
}

/** A program on a terminal; disposing of it ends it, first as a user's session would. */
export function onScreen([file = '', ...args]: readonly string[], options: ScreenOptions): Screen {
  const { columns: cols = 100, rows = 30 } = options;
  const env: NodeJS.ProcessEnv = { ...process.env, COLORTERM: 'truecolor', TERM: 'xterm-256color', ...options.env };
  for (const name of LEFT_OUT.split(' ')) if (!(name in (options.env ?? {}))) delete env[name];
  const emulator = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 0 });
  // Without an encoding it gives bytes, which its types do not know.
  const pty = spawn(file, args, { name: env['TERM'] ?? '', cols, rows, cwd: options.cwd, env, encoding: null });
  // A frame half drawn is not shown, by a terminal that knows the mode.
  let midFrame = false;
  for (const [final, begins] of [
    ['h', true],
    ['l', false],
  ] as const)
    emulator.parser.registerCsiHandler({ prefix: '?', final }, (modes) => {
      if (modes.includes(SYNCHRONIZED)) midFrame = begins;
      return false;
    });
  const written: Buffer[] = [];
  let bytes = 0;
  let ended: Ended | undefined;
  let waiting: (() => void)[] = [];
  const look = (): void => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  pty.onData((data: string | Uint8Array) => {
    const chunk = Buffer.from(data);
    emulator.write(chunk, () => {
      written.push(chunk);
      bytes += chunk.length;
      look();
    });
  });
  // What it asks its terminal is answered, as by a real one.
  emulator.onData((answer) => pty.write(answer));
  const exit = new Promise<Ended>((resolve) => {
    pty.onExit(({ exitCode: code, signal = 0 }) =>
      emulator.write('', () => {
        ended = { code, signal, modes: screen.modes() };
        look();
        resolve(ended);
      }),
    );
  });

  const screen: Screen = {
    pid: pty.pid,
    text: () => rowsOf(emulator.buffer.active, emulator.rows),
    cell: (row, column) => cellAt(emulator, row, column),
    cells: () =>
      Array.from({ length: emulator.rows }, (_, row) =>
        Array.from({ length: emulator.cols }, (_, column) => cellAt(emulator, row, column)),
      ),
    async until(wanted, what = typeof wanted === 'function' ? 'what was wanted' : String(wanted), limitMs = LIMIT_MS) {
      let late = false;
      const limit = setTimeout(() => {
        late = true;
        look();
      }, limitMs);
      try {
        for (;;) {
          const rows = screen.text();
          if ((!midFrame || ended) && shows(wanted, rows, screen)) return rows;
          if (ended) throw new Error(`ended with ${ended.code} and without ${what}:\n${framed(rows)}`);
          if (late) throw new Error(`${limitMs / 1_000} s without ${what}:\n${framed(rows)}`);
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
      } finally {
        clearTimeout(limit);
      }
    },
    press(...keys) {
      const { cursorKeys } = screen.modes();
      for (const written of keys) {
        const key = parseKey(written);
        if (key === undefined) throw new Error(`${written} is no key`);
        pty.write(encodeKey(key, cursorKeys));
      }
    },
    type: (text) => pty.write(text),
    paste: (text) => pty.write(encodePaste(text, screen.modes().bracketedPaste)),
    mouse(action, column, row, held = {}) {
      const { mouse, mouseForm } = screen.modes();
      if (mouse === 'off' || mouseForm === 'old')
        throw new Error(`it did not ask for the mouse: ${mouse}, ${mouseForm}`);
      pty.write(encodeMouse(action, column, row, held));
    },
    resize(columns, rows) {
      emulator.resize(columns, rows);
      try {
        pty.resize(columns, rows);
      } catch (error) {
        // It hung up, and its end is about to be told.
        if (!/EBADF|ENOTTY/.test(String(error))) throw error;
      }
    },
    pause: () => pty.pause(),
    hangUp: () => (pty as IPty & { destroy(): void }).destroy(),
    bytes: () => bytes,
    writtenSince: (mark) => Buffer.concat(written).subarray(mark).toString('utf8'),
    modes() {
      const modes = modesAfter(screen.writtenSince(0));
      return { ...modes, alternateScreen: modes.alternateScreen || emulator.buffer.active.type === 'alternate' };
    },
    exit,
    kill: (signal) => pty.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!ended) pty.kill('SIGTERM');
      const limit = setTimeout(() => pty.kill('SIGKILL'), GRACE_MS);
      await exit;
      clearTimeout(limit);
      killGroup(pty.pid);
      emulator.dispose();
    },
  };
  return screen;
}

/** What stayed in the program's own group. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing did.
  }
}

function shows(wanted: Parameters<Screen['until']>[0], rows: readonly string[], screen: Screen): boolean {
  if (typeof wanted === 'function') return wanted(screen);
  const text = rows.join('\n');
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

/** With a border, since what is empty matters too. */
export function framed(rows: readonly string[]): string {
  return rows.map((row) => `│${row}`).join('\n');
}

function rowsOf(buffer: IBuffer, count: number): readonly string[] {
  return Array.from({ length: count }, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '');
}

function cellAt({ buffer, rows }: Terminal, row: number, column: number): Cell {
  const cell = row < rows ? buffer.active.getLine(buffer.active.baseY + row)?.getCell(column) : undefined;
  if (!cell) throw new Error(`the screen has no row ${row} with a column ${column}`);
  return {
    char: cell.getChars() === '' && cell.getWidth() > 0 ? ' ' : cell.getChars(),
    fg: cell.isFgDefault() ? 'default' : colourOf(cell.getFgColor(), cell.isFgRGB()),
    bg: cell.isBgDefault() ? 'default' : colourOf(cell.getBgColor(), cell.isBgRGB()),
    ...attributesOf(cell),
  };
}

function colourOf(value: number, isRgb: boolean): Colour {
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}

function attributesOf(cell: IBufferCell): Pick<Cell, 'bold' | 'dim' | 'underline' | 'inverse'> {
  return {
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function encodeMouse(action: Mouse['action'], column: number, row: number, held: Partial<Mouse>): string {
  const button = ['left', 'middle', 'right', 'none'].indexOf(held.button ?? (action === 'move' ? 'none' : 'left'));
  const modifiers = (held.shift ? 4 : 0) + (held.alt ? 8 : 0) + (held.ctrl ? 16 : 0);
  const code = { press: button, release: button, drag: button + 32, move: 35, 'wheel-up': 64, 'wheel-down': 65 }[
    action
  ];
  return `\x1b[<${code + modifiers};${column + 1};${row + 1}${action === 'release' ? 'm' : 'M'}`;
}
