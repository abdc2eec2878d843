import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { framesIn, type Frame } from './frames.ts';
import { originOf } from './origin.ts';
import { createSources, type Sources } from './sources.ts';

/** A line of the project. */
export interface CrashPlace {
  /** Relative to the root of the project. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** What stands there, without indentation and secrets; never of a file that is there to hold them. */
  readonly text?: string;
}

export interface CrashOutput {
  /** The last lines of its output. */
  readonly lines: readonly string[];
  /** Absolute folder of the project. */
  readonly root: string;
  /** Absolute folder it ran in. */
  readonly cwd: string;
  /** Hides secrets: a source may have them, and was never part of the output. */
  readonly mask: (text: string) => string;
}

/** Code of others, wherever it lies. */
const FOREIGN: ReadonlySet<string> = new Set([
  'node_modules',
  'site-packages',
  'dist-packages',
  '.venv',
  'venv',
  'vendor',
  '.devstack',
]);
/** Where Java and its relatives keep the folders of packages. */
const SOURCE_ROOTS = ['', 'src/main/java', 'src/main/kotlin', 'src/main/scala', 'src/test/java', 'src'];
/** Each frame may cost a look at several files. */
const MOST_FRAMES = 100;
const LONGEST_TEXT = 300;
/** `.env`, `.env.local`, `prod.env`: all that stands there is meant for nobody's eyes. */
const HOLDS_SECRETS = /^\.env(?:\..*)?$|\.env$/i;

/**
 * The innermost place of the project's own code in the last trace its output holds, by source maps where files have
 * them. Reads files, so it is to be asked for when somebody looks, not at each crash.
 */
export function findCrashPlace(output: CrashOutput): CrashPlace | undefined {
  const sources = createSources();
  for (const frame of framesIn(output.lines).slice(0, MOST_FRAMES)) {
    const place = placeOf(frame, output, sources);
    if (place) return place;
  }
  return undefined;
}

function placeOf(frame: Frame, { root, cwd, mask }: CrashOutput, sources: Sources): CrashPlace | undefined {
  const placeIn = (file: string, text: string, line: number, column: number | undefined): CrashPlace => ({
    file: path.relative(root, file),
    line,
    ...(column !== undefined && { column }),
    ...(!HOLDS_SECRETS.test(path.basename(file)) && atLine(text, line, mask)),
  });
  for (const file of candidates(frame.file, root, cwd)) {
    if (!isOwn(file, root)) continue;
    const text = sources.text(file);
    if (text === undefined) continue;
    const { line, column } = frame;
    const map = sources.mapOf(file);
    // A line of a bundle is no place; nearly always another frame names a column.
    if (map && column === undefined) return undefined;
    const origin = map && column !== undefined ? originOf({ file, line, column }, map, root) : undefined;
    if (!origin) return placeIn(file, text, line, column);
    if (!isOwn(origin.file, root)) return undefined;
    return placeIn(origin.file, sources.text(origin.file) ?? origin.text ?? '', origin.line, origin.column);
  }
  return undefined;
}

function candidates(file: string, root: string, cwd: string): readonly string[] {
  if (file.startsWith('file://')) return [withoutQuery(file)];
  if (path.isAbsolute(file)) return [file];
  const isJvm = /\.(?:java|kt|scala)$/.test(file);
  const below = isJvm ? SOURCE_ROOTS : [''];
  return [...new Set([cwd, root].flatMap((folder) => below.map((sources) => path.resolve(folder, sources, file))))];
}

/** Without what loaders add to load a module again: `?t=1`. */
function withoutQuery(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url; // of another host: not a file of this machine
  }
}

function isOwn(file: string, root: string): boolean {
  const relative = path.relative(root, file);
  return !path.isAbsolute(relative) && !relative.split(path.sep).some((part) => part === '..' || FOREIGN.has(part));
}

/** Masked as a whole: half of a secret would not be known for one. */
function atLine(text: string, line: number, mask: CrashOutput['mask']): { readonly text?: string } {
  const found = mask(lineOf(text, line)).trim();
  return found === '' ? {} : { text: found.slice(0, LONGEST_TEXT) };
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let number = 1; number < line; number++) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return '';
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end);
}
