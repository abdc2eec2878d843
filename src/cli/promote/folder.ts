import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import { belowRoot } from '../../promote/planning.ts';

/** Where files go, below the root of the project: they refer to what is there. */
export function folderBelow(root: string, wanted: string): string {
  const folder = belowRoot(root, path.resolve(root, wanted));
  if (!folder.startsWith('..')) return folder;
  throw new FailureError({ code: 'usage', message: `files go below ${root}, and ${folder} is not: they refer to it` });
}
