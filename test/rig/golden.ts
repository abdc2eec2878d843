import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Screen } from './screen.ts';
import { framed } from './screen.ts';

const folder = path.resolve(import.meta.dirname, '../screen/golden');
/** A screen is drawn a moment after what it shows has happened. */
const LIMIT_MS = 10_000;

/** What differs from run to run, and what stands for it. It keeps the width, so that the rest stays in its place. */
export interface Normaliser {
  readonly pattern: RegExp;
  replace(match: string): string;
}

export const NORMALISERS: readonly Normaliser[] = [
  // A time of day and a port keep their digits' places.
  { pattern: /\b\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?/g, replace: (match) => match.replaceAll(/\d/g, '0') },
  { pattern: /:\d{4,5}\b/g, replace: (match) => match.replaceAll(/\d/g, '0') },
  measure('~t', '(?:\\d+ h \\d+ min|\\d+ min \\d+ s|\\d+(?:\\.\\d)? m?s)(?: ago)?\\b'),
  measure('~m', '\\d+(?:\\.\\d+)? (?:[kKMGT]i?)?B\\b'),
  measure('~c', '\\d+(?:\\.\\d+)? ?%'),
  { pattern: /\bpid \d+ */g, replace: (match) => 'pid ~p'.padEnd(match.length) },
];

/**
 * The screen comes to look as in `test/screen/golden/NAME.txt`. With UPDATE_GOLDEN=1 it is written there as it is: have
 * it settled before.
 */
export async function expectScreen(
  screen: Screen,
  name: string,
  { more = [], limitMs = LIMIT_MS }: { readonly more?: readonly Normaliser[]; readonly limitMs?: number } = {},
): Promise<void> {
  const shown = (): string => `${normalised(screen, [...more, ...NORMALISERS]).join('\n')}\n`;
  const file = path.join(folder, `${name}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, shown());
    return;
  }
  const golden = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  await screen.until(() => golden === undefined || shown() === golden, name, limitMs).catch(() => undefined);
  if (shown() === golden) return;
  const was = golden === undefined ? 'nothing: UPDATE_GOLDEN=1 writes it' : `\n${framed(golden.trimEnd().split('\n'))}`;
  throw new Error(`The screen ${name} was to be ${was}\nand is\n${framed(shown().trimEnd().split('\n'))}`);
}

/** Spaces at the ends of rows count until the end, as part of a padded column. */
function normalised(screen: Screen, normalisers: readonly Normaliser[]): readonly string[] {
  return screen
    .cells()
    .map((row) =>
      normalisers
        .reduce((text, { pattern, replace }) => text.replaceAll(pattern, replace), row.map(({ char }) => char).join(''))
        .trimEnd(),
    );
}

/** A number with its unit: of any width, in a column padded on either side. */
function measure(token: string, pattern: string): Normaliser {
  return {
    pattern: new RegExp(`(?: *\\b)${pattern} *`, 'g'),
    replace: (match) => `${match.startsWith(' ') ? ' ' : ''}${token}`.padEnd(match.length),
  };
}
