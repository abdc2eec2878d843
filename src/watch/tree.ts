import { readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import path from 'node:path';

/** Watches folders with everything below them that is wanted. Two implementations, one door. */
export interface TreeWatch {
  /** All watches are set; the files found, wanted or not. */
  readonly ready: Promise<readonly string[]>;
  /** Looks again at a path that may have come, gone or been replaced. */
  look(file: string): void;
  watchCount(): number;
  close(): Promise<void>;
}

export interface TreeOptions {
  readonly roots: readonly string[];
  readonly wantsDirectory: (directory: string) => boolean;
  readonly wantsFile: (file: string) => boolean;
  /** Something happened at this path. */
  readonly onTouch: (file: string) => void;
  /** A folder is gone, and what was in it. */
  readonly onGone: (directory: string) => void;
  readonly onProblem: (text: string) => void;
}

/** Visits what is wanted below `top`; `enter` comes before the folder is read and may refuse it. */
export function* walk(
  top: string,
  wantsDirectory: (directory: string) => boolean,
  enter: (directory: string) => boolean,
  found: (file: string) => void,
): Generator<void> {
  const waiting = [top];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    if (!wantsDirectory(directory) || !enter(directory)) continue;
    for (const entry of entriesOf(directory)) {
      const file = path.join(directory, entry.name);
      // Links to folders are not followed: they lead to loops and into what other packages own.
      if (entry.isDirectory()) waiting.push(file);
      else if (entry.isFile() || entry.isSymbolicLink()) found(file);
    }
    yield;
  }
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // Gone again, or not ours to read.
  }
}
