import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The packages npm's `workspaces` patterns name, as sorted folders relative to `root`. Of globs it knows what npm's
 * documentation uses: `*` inside a name, `**` for any depth, `!` for what is left out again.
 */
export function listWorkspaces(root: string, patterns: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const isExclusion = pattern.startsWith('!');
    const steps = pattern
      .replace(/^!/, '')
      .split('/')
      .filter((step) => step !== '' && step !== '.');
    // Only what is below the project is a part of it.
    if (steps.includes('..')) continue;
    for (const folder of expand(root, '', steps)) {
      if (isExclusion) found.delete(folder);
      else if (existsSync(path.join(root, folder, 'package.json'))) found.add(folder);
    }
  }
  return [...found].sort();
}

function expand(root: string, at: string, steps: readonly string[]): readonly string[] {
  const [step, ...rest] = steps;
  if (step === undefined) return at === '' ? [] : [at];
  const folders = foldersIn(path.join(root, at));
  const below = (name: string): string => path.posix.join(at, name);
  if (step === '**') return [...expand(root, at, rest), ...folders.flatMap((name) => expand(root, below(name), steps))];
  return folders.filter((name) => matches(name, step)).flatMap((name) => expand(root, below(name), rest));
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    return []; // the pattern matches nothing
  }
}

function matches(name: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}
