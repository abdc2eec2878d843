import { posix } from 'node:path';
import type { ProjectFiles } from './recipe.ts';

/** `a/b` → `a/b`, `a`, `.` */
export function foldersUp(folder: string): readonly string[] {
  const up = [folder];
  for (let at = folder; at !== '.';) up.push((at = posix.dirname(at)));
  return up;
}

export function has(files: ProjectFiles, folder: string, name: string): boolean {
  return files.read(posix.join(folder, name)) !== undefined;
}

/** The folder next above with one of these files. */
export function nearest(files: ProjectFiles, folder: string, names: readonly string[]): string | undefined {
  return foldersUp(folder).find((up) => names.some((name) => has(files, up, name)));
}

/** Empty for the folder itself. */
export function inside(context: string, folder: string): string {
  return posix.relative(context, folder);
}

/** As a build argument: `.` for the folder itself. */
export function argOf(context: string, folder: string): string {
  return inside(context, folder) || '.';
}

/** Where a file of the context is in the image. */
export function inImage(context: string, folder: string, name = '.'): string {
  return posix.join('/app', inside(context, folder), name);
}

/** Of what a shell splits or replaces, and a Dockerfile has no way to quote. */
export function isPlain(path: string): boolean {
  return /^[\w@./+-]*$/.test(path) && !path.startsWith('..');
}
