/** `basic` are the 16 of the terminal's theme, `palette` the 256 most terminals share. */
export type Colour =
  | { readonly kind: 'default' }
  | { readonly kind: 'basic'; readonly index: number }
  | { readonly kind: 'palette'; readonly index: number }
  | { readonly kind: 'rgb'; readonly red: number; readonly green: number; readonly blue: number };

type Rgb = Extract<Colour, { kind: 'rgb' }>;

/** How many colours a terminal has. */
export type ColourDepth = 'none' | '16' | '256' | 'truecolor';

export const DEFAULT_COLOUR: Colour = { kind: 'default' };

/** The nearest colour that a terminal of this depth has. */
export function degrade(colour: Colour, depth: ColourDepth): Colour {
  switch (depth) {
    case 'none':
      return DEFAULT_COLOUR;
    case '16':
      return colour.kind === 'palette'
        ? paletteToBasic(colour.index)
        : colour.kind === 'rgb'
          ? rgbToBasic(colour)
          : colour;
    case '256':
      return colour.kind === 'rgb' ? rgbToPalette(colour) : colour;
    case 'truecolor':
      return colour;
  }
}

/** The six steps of each channel in the cube of the palette (16 to 231). */
const STEPS = [0, 95, 135, 175, 215, 255] as const;
const CUBE = 16;
const GREYS = 232;

function rgbToPalette({ red, green, blue }: Rgb): Colour {
  const [r, g, b] = [nearestStep(red), nearestStep(green), nearestStep(blue)];
  const inCube = distance(red - (STEPS[r] ?? 0), green - (STEPS[g] ?? 0), blue - (STEPS[b] ?? 0));
  const grey = Math.min(23, Math.max(0, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const level = 8 + 10 * grey;
  const inGreys = distance(red - level, green - level, blue - level);
  return { kind: 'palette', index: inGreys < inCube ? GREYS + grey : CUBE + 36 * r + 6 * g + b };
}

function nearestStep(channel: number): number {
  const above = STEPS.findIndex((step) => step >= channel);
  const [low, high] = [STEPS[above - 1], STEPS[above]];
  return low !== undefined && high !== undefined && channel - low < high - channel ? above - 1 : above;
}

const distance = (red: number, green: number, blue: number): number => red * red + green * green + blue * blue;

function paletteToBasic(index: number): Colour {
  if (index < CUBE) return { kind: 'basic', index };
  if (index >= GREYS) {
    const level = 8 + 10 * (index - GREYS);
    return rgbToBasic({ kind: 'rgb', red: level, green: level, blue: level });
  }
  const at = index - CUBE;
  const step = (digit: number): number => STEPS[digit % 6] ?? 0;
  return rgbToBasic({ kind: 'rgb', red: step(Math.floor(at / 36)), green: step(Math.floor(at / 6)), blue: step(at) });
}

/** By hue and brightness: what is nearest in numbers is often a grey, and a theme has numbers of its own anyway. */
function rgbToBasic({ red, green, blue }: Rgb): Colour {
  const brightest = Math.max(red, green, blue);
  const isGrey = brightest - Math.min(red, green, blue) < brightest / 5;
  if (isGrey) return { kind: 'basic', index: brightest < 64 ? 0 : brightest < 150 ? 8 : brightest < 230 ? 7 : 15 };
  const bit = (channel: number, value: number): number => (channel > brightest / 2 ? value : 0);
  return { kind: 'basic', index: (brightest > 192 ? 8 : 0) + bit(red, 1) + bit(green, 2) + bit(blue, 4) };
}

/**
 * NO_COLOR, then FORCE_COLOR (`0`: none; `1`, `2`, `3`: at least 16, 256, all, as most tools read it), then what the
 * terminal says of itself.
 */
export function colourDepthOf(env: Readonly<Record<string, string | undefined>>): ColourDepth {
  const forced = env['FORCE_COLOR'];
  if (env['NO_COLOR'] || forced === '0' || forced === 'false') return 'none';
  const least = forced === undefined ? 'none' : forced === '3' ? 'truecolor' : forced === '2' ? '256' : '16';
  const own = depthOfTerminal(env['COLORTERM'] ?? '', env['TERM'] ?? '');
  return DEPTHS[Math.max(DEPTHS.indexOf(least), DEPTHS.indexOf(own))] ?? own;
}

const DEPTHS: readonly ColourDepth[] = ['none', '16', '256', 'truecolor'];

function depthOfTerminal(colorTerm: string, term: string): ColourDepth {
  if (term === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/i.test(colorTerm)) return 'truecolor';
  if (/-direct\d*$|^(xterm-)?(kitty|ghostty|alacritty|wezterm|foot)\b/.test(term)) return 'truecolor';
  return /-256(color)?$/.test(term) ? '256' : '16';
}
