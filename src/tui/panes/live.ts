import type { IBufferCell, Terminal } from '@xterm/headless';
import type { LogSource } from '../../logs/source.ts';
import type { Cursor } from '../compositor.ts';
import type { Rect } from '../layout.ts';
import { encodeKey, encodePaste } from '../input/encode.ts';
import type { Colour, ColourDepth } from '../text/colour.ts';
import { DEFAULT_COLOUR } from '../text/colour.ts';
import { isAscii } from '../text/cells.ts';
import { cellText } from '../text/line.ts';
import { RESET, serialise, type Style } from '../text/sgr.ts';
import { modesBefore } from './past-modes.ts';
import type { PaneRow } from './pane-rows.ts';

/** The screen of a service that has a terminal of its own, for as long as a person types into it. */
export interface LiveScreen {
  readonly name: string;
  resize(columns: number, rows: number): void;
  /** Takes what was written since; `changed` is called when that is on the screen. */
  feed(): void;
  rows(depth: ColourDepth): readonly PaneRow[];
  cursor(): Cursor;
  /** The bytes of a key, as the program has asked for them. */
  encode(key: string): string;
  encodePaste(text: string): string;
  close(): void;
}

/** How much of the past is put on the screen: what is on it now was written by the last of it. */
const PAST_BYTES = 64 * 1024;
const AT_ONCE = 256 * 1024;

/** The emulator is loaded with the first one: few services need it. */
export async function openLiveScreen(source: LogSource, name: string, changed: () => void): Promise<LiveScreen> {
  const { default: xterm } = await import('@xterm/headless');
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 0, allowProposedApi: true });
  const { start, end } = source.bounds(name);
  let at = Math.max(start, end - PAST_BYTES);
  terminal.write(modesBefore(source, name, at));
  return {
    name,
    resize(columns, rows) {
      if (terminal.cols !== columns || terminal.rows !== rows) terminal.resize(Math.max(2, columns), Math.max(1, rows));
    },
    feed() {
      at = Math.max(at, source.bounds(name).start);
      for (let left = AT_ONCE; left > 0;) {
        const bytes = source.read(name, at, left);
        if (bytes.length === 0) return;
        at += bytes.length;
        left -= bytes.length;
        // It is parsed later, and these bytes are only ours until then.
        terminal.write(Uint8Array.from(bytes), changed);
      }
    },
    rows: (depth) => Array.from({ length: terminal.rows }, (_, row) => rowOf(terminal, row, depth)),
    cursor: () => ({ column: terminal.buffer.active.cursorX, row: terminal.buffer.active.cursorY }),
    encode: (key) => encodeKey(key, terminal.modes.applicationCursorKeysMode ? 'application' : 'normal'),
    encodePaste: (text) => encodePaste(text, terminal.modes.bracketedPasteMode),
    close: () => terminal.dispose(),
  };
}

function rowOf({ buffer, cols }: Terminal, row: number, depth: ColourDepth): PaneRow {
  const line = buffer.active.getLine(buffer.active.viewportY + row);
  if (!line) return { text: ' '.repeat(cols), isWide: false };
  let text = '';
  let plain = '';
  let look = RESET;
  let before: number | undefined;
  for (let column = 0; column < cols; column++) {
    const cell = line.getCell(column);
    const width = cell?.getWidth();
    // The second half of a wide character.
    if (!cell || (width === 0 && before === 2)) continue;
    before = width;
    const style = serialise(styleOf(cell), depth);
    if (style !== look) text += style;
    look = style;
    // What would join the character before it, but begins the row, has a cell of no width.
    const characters = width === 0 ? ' ' : cellText(cell.getChars() || ' ');
    text += characters;
    plain += characters;
  }
  return { text: look === RESET ? text : `${text}${RESET}`, isWide: !isAscii(plain) };
}

function styleOf(cell: IBufferCell): Style {
  const isOn = (flag: number): boolean => flag !== 0;
  return {
    bold: isOn(cell.isBold()),
    dim: isOn(cell.isDim()),
    italic: isOn(cell.isItalic()),
    underline: isOn(cell.isUnderline()),
    inverse: isOn(cell.isInverse()),
    strike: isOn(cell.isStrikethrough()),
    fg: colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
    bg: colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
  };
}

function colourOf(isRgb: boolean, isPalette: boolean, value: number): Colour {
  if (isRgb) return { kind: 'rgb', red: (value >> 16) & 255, green: (value >> 8) & 255, blue: value & 255 };
  if (!isPalette) return DEFAULT_COLOUR;
  return value < 16 ? { kind: 'basic', index: value } : { kind: 'palette', index: value };
}

/** Below the title, and inside. */
export function cursorIn({ column, row, columns, rows }: Rect, live: Pick<LiveScreen, 'cursor'>): Cursor {
  const at = live.cursor();
  return { column: column + Math.min(columns - 1, at.column), row: row + Math.min(rows - 1, at.row + 1) };
}
