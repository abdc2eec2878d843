import { statSync } from 'node:fs';
import path from 'node:path';

/** In the order they are looked for. */
export const configNames = [
  'devstack.config.ts',
  'devstack.config.mts',
  'devstack.config.js',
  'devstack.config.mjs',
] as const;

/** The config of `from` or of the nearest folder above it. */
export function findConfig(from: string): string | undefined {
  let folder = path.resolve(from);
  for (;;) {
    for (const name of configNames) {
      const file = path.join(folder, name);
      if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    }
    const above = path.dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}
