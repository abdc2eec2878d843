import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';

/** Which folder is at this path; undefined when none is. The birth time tells apart those that got the same inode. */
export function identityOf(directory: string): string | undefined {
  const stat = statSync(directory, { throwIfNoEntry: false });
  return stat?.isDirectory() ? identityIn(stat) : undefined;
}

export function identityIn(stat: Stats): string {
  return `${stat.ino} ${stat.birthtimeMs}`;
}
