/** Paints text, or leaves it alone where colours are not wanted. */
export interface Style {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  /** The colour of a resource, by its place in the stack. */
  ofResource(index: number, text: string): string;
}

/** Readable on light and dark backgrounds; red is kept for failures. */
const RESOURCE_COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94] as const;

/** The colour of a resource by its place in the stack, as a number of an SGR sequence. */
export const colourOfResource = (index: number): number => RESOURCE_COLOURS[index % RESOURCE_COLOURS.length] ?? 36;

export function createStyle(enabled: boolean): Style {
  const paint = (code: number) => (text: string) => (enabled ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    enabled,
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    ofResource: (index, text) => paint(colourOfResource(index))(text),
  };
}

/** NO_COLOR and FORCE_COLOR as everybody understands them. */
export function wantsColour(env: NodeJS.ProcessEnv, isTty: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return isTty && env['TERM'] !== 'dumb';
}
