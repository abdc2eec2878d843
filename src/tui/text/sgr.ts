import type { Colour, ColourDepth } from './colour.ts';
import { DEFAULT_COLOUR, degrade } from './colour.ts';

/**
 * How a terminal shows a character. Blinking and hidden text are left out on purpose: a log is read.
 */
export interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strike: boolean;
  readonly fg: Colour;
  readonly bg: Colour;
}

export const PLAIN: Style = {
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
  fg: DEFAULT_COLOUR,
  bg: DEFAULT_COLOUR,
};

export const RESET = '\u001b[0m';

const SWITCHES: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  // Two lines below the text.
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { fg: DEFAULT_COLOUR },
  49: { bg: DEFAULT_COLOUR },
};

/** The style after `ESC [ parameters m`; what is unknown in it changes nothing. */
export function applySgr(style: Style, parameters: string): Style {
  const parts = parameters.split(';');
  let result = style;
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (part.includes(':')) {
      result = applyColons(result, part.split(':'));
      continue;
    }
    const code = Number(part);
    // 58 is the colour of the underline: not shown, but its numbers are not codes.
    if (code === 38 || code === 48 || code === 58) {
      const count = argumentsOf(parts[at + 1]);
      result = withColour(result, code, readColour(parts.slice(at + 1, at + 1 + count)));
      at += count;
    } else {
      result = applyCode(result, code);
    }
  }
  return result;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  const change = SWITCHES[code];
  if (change) return { ...style, ...change };
  if (code >= 30 && code <= 37) return { ...style, fg: { kind: 'basic', index: code - 30 } };
  if (code >= 40 && code <= 47) return { ...style, bg: { kind: 'basic', index: code - 40 } };
  if (code >= 90 && code <= 97) return { ...style, fg: { kind: 'basic', index: code - 82 } };
  if (code >= 100 && code <= 107) return { ...style, bg: { kind: 'basic', index: code - 92 } };
  return style;
}

/** `4:3` (a curly underline), `38:5:1`, `38:2:1:2:3` and, with a colour space that may be empty, `38:2::1:2:3`. */
function applyColons(style: Style, parts: readonly string[]): Style {
  const [code, mode, ...rest] = parts;
  if (code === '4') return { ...style, underline: mode !== '0' };
  if (mode === undefined) return style;
  return withColour(
    style,
    Number(code),
    readColour([mode, ...(mode === '2' && rest.length > 3 ? rest.slice(1) : rest)]),
  );
}

function withColour(style: Style, code: number, colour: Colour | undefined): Style {
  if (colour === undefined) return style;
  return code === 38 ? { ...style, fg: colour } : code === 48 ? { ...style, bg: colour } : style;
}

/** How many parts a colour has, its mode included. */
const argumentsOf = (mode: string | undefined): number => (mode === '2' ? 4 : mode === '5' ? 2 : 0);

function readColour([mode, ...texts]: readonly string[]): Colour | undefined {
  const [first, green, blue] = texts.map(Number);
  if (!isByte(first)) return undefined;
  if (mode === '5') return { kind: 'palette', index: first };
  return mode === '2' && isByte(green) && isByte(blue) ? { kind: 'rgb', red: first, green, blue } : undefined;
}

const isByte = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 255;

/** The sequence that sets exactly this style, whatever was set before. */
export function serialise(style: Style, depth: ColourDepth): string {
  if (style === PLAIN) return RESET;
  let codes = '\u001b[0';
  if (style.bold) codes += ';1';
  if (style.dim) codes += ';2';
  if (style.italic) codes += ';3';
  if (style.underline) codes += ';4';
  if (style.inverse) codes += ';7';
  if (style.strike) codes += ';9';
  return `${codes}${colourCodes(style.fg, 0, depth)}${colourCodes(style.bg, 10, depth)}m`;
}

/** `offset` is 10 for a background. */
function colourCodes(colour: Colour, offset: number, depth: ColourDepth): string {
  if (colour.kind === 'default') return '';
  const shown = degrade(colour, depth);
  switch (shown.kind) {
    case 'default':
      return '';
    case 'basic':
      return `;${(shown.index < 8 ? 30 : 82) + shown.index + offset}`;
    case 'palette':
      return `;${38 + offset};5;${shown.index}`;
    case 'rgb':
      return `;${38 + offset};2;${shown.red};${shown.green};${shown.blue}`;
  }
}
