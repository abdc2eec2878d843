import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../env-file.ts';
import type { Scope } from '../scope.ts';
import { nearest } from '../suggest.ts';

/** Absolute path of a folder that must exist; written relative to the folder of the config. */
export function existingFolder(written: string, option: string, scope: Scope): string {
  return existing(written, option, scope, 'folder');
}

/** Absolute path of a file or folder that must exist. */
export function existingPath(written: string, option: string, scope: Scope): string {
  return existing(written, option, scope, 'any');
}

/** Absolute paths of dotenv files that exist and can be read. */
export function envFilesOf(written: readonly string[] | undefined, option: string, scope: Scope): readonly string[] {
  return (written ?? []).map((file) => {
    const absolute = existing(file, option, scope, 'file');
    if (kindOf(absolute) !== 'file') return absolute;
    const shown = path.relative(scope.reading.root, absolute);
    const text = readable(absolute);
    if (text === undefined)
      scope.problem('missing-path', option, `${option} ${file} cannot be read. Check its permissions.`);
    const { problems } = parseEnvFile(text ?? '', shown, process.env);
    scope.reading.problems.push(
      ...problems.filter((problem) => !scope.reading.problems.some((known) => known.at === problem.at)),
    );
    return absolute;
  });
}

function existing(written: string, option: string, scope: Scope, wanted: 'folder' | 'file' | 'any'): string {
  const absolute = path.resolve(scope.reading.root, written);
  const found = kindOf(absolute);
  if (found === undefined) {
    const meant = similarPath(scope.reading.root, written);
    const hint = meant === undefined ? ' Paths are relative to the config file.' : ` Did you mean ${meant}?`;
    scope.problem('missing-path', option, `${option} ${written} does not exist.${hint}`);
  } else if (wanted !== 'any' && found !== wanted) {
    scope.problem('missing-path', option, `${option} ${written} is a ${found}, not a ${wanted}.`);
  }
  return absolute;
}

function kindOf(absolute: string): 'folder' | 'file' | undefined {
  const stats = statSync(absolute, { throwIfNoEntry: false });
  return stats && (stats.isDirectory() ? 'folder' : 'file');
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // the caller reports it
  }
}

/** The same path with its first wrong part replaced by a neighbour with a similar name. */
function similarPath(root: string, written: string): string | undefined {
  const parts = written.split('/');
  for (const [index, part] of parts.entries()) {
    const before = parts.slice(0, index).join('/');
    const folder = path.resolve(root, before === '' && written.startsWith('/') ? '/' : before);
    if (part === '' || part === '.' || part === '..' || kindOf(path.resolve(folder, part)) !== undefined) continue;
    const meant = nearest(part, namesIn(folder));
    const fixed = meant === undefined ? undefined : parts.map((one, at) => (at === index ? meant : one)).join('/');
    return fixed !== undefined && kindOf(path.resolve(root, fixed)) !== undefined ? fixed : undefined;
  }
  return undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // only used for a suggestion
  }
}
