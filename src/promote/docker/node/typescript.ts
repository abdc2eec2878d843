import { posix } from 'node:path';
import type { ProjectFiles } from '../recipe.ts';
import type { Manifest } from './manifest.ts';

export function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}

/** Where the build puts a file, both relative to the package. */
export function compiledOf(files: ProjectFiles, own: Manifest, file: string): string {
  const names = ['tsconfig.build.json', 'tsconfig.json'];
  const texts = names.map((name) => files.read(posix.join(own.folder, name)) ?? '');
  const option = (name: string): string | undefined =>
    texts.map((text) => new RegExp(`"${name}"\\s*:\\s*"([^"]+)"`).exec(text)?.[1]).find((value) => value !== undefined);
  const from = posix.normalize(option('rootDir') ?? (file.startsWith('src/') ? 'src' : '.'));
  const to = posix.normalize(option('outDir') ?? 'dist');
  return posix.join(to, posix.relative(from, file)).replace(/\.([cm]?)tsx?$/, '.$1js');
}
