import { statSync } from 'node:fs';
import path from 'node:path';

/** In the order they are looked for. */
export const configNames = [
  'devstack.config.ts',
  'devstack.config.mts',
  'devstack.config.js',
  'devstack.config.mjs',
] as const;

/** Beside the config, for this checkout alone. */
const localNames = ['devstack.local.ts', 'devstack.local.mts', 'devstack.local.js', 'devstack.local.mjs'] as const;

/** Where overrides of a config may be, and the first that is there. */
export function findLocal(config: string): { readonly candidates: readonly string[]; readonly file?: string } {
  const candidates = localNames.map((name) => path.join(path.dirname(config), name));
  const file = candidates.find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
  return { candidates, ...(file !== undefined && { file }) };
}

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
