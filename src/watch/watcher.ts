import { statSync } from 'node:fs';
import path from 'node:path';
import type { Change } from './changes.ts';
import { createChanges } from './changes.ts';
import { createChokidarTree } from './chokidar.ts';
import { createContents } from './contents.ts';
import { createDirectoryTree } from './directories.ts';
import { createGitIgnore } from './gitignore.ts';
import type { WatchedFile, WatchSet, WatchTarget } from './match.ts';
import { createMatch } from './match.ts';
import { sampleSlowly } from './sample.ts';
import { inSlices } from './slices.ts';
import { createSpots } from './spots.ts';
import type { TreeWatch } from './tree.ts';
import { walk } from './tree.ts';

export interface WatcherOptions {
  readonly targets: readonly WatchTarget[];
  readonly files?: readonly WatchedFile[];
  /** Called at the first event, once per turn; a path is told again when its content differs again. */
  readonly onChange: (changes: readonly Change[]) => void;
  readonly onProblem: (text: string) => void;
  readonly usePolling?: boolean;
  /** Edits after this moment (ms since the epoch) are told once when ready. Default: now. */
  readonly since?: number;
}

/** One per stack, over the union of what its resources watch. */
export interface Watcher {
  /** Every change from here on is seen; those since `since` are told right after. */
  readonly ready: Promise<void>;
  /** Watches this instead; nothing is missed in between. */
  update(set: WatchSet): void;
  watchCount(): number;
  close(): Promise<void>;
}

/** From this size of a tree on, a watch per file (what chokidar sets) costs too much. */
const LARGE_TREE_FILES = 2000;

interface Session {
  readonly ready: Promise<void>;
  watchCount(): number;
  close(): Promise<void>;
}

export function createWatcher(options: WatcherOptions): Watcher {
  const contents = createContents();
  let set: WatchSet = { targets: options.targets, files: options.files ?? [] };
  const gitIgnore = createGitIgnore();
  let match = createMatch(set, gitIgnore.ignores);
  const changes = createChanges(contents, (file) => match.namesOf(file), options.onChange);

  function open(since: number): Session {
    const stop = new AbortController();
    const { roots, files, wantsDirectory, namesOf } = match;
    let tree: TreeWatch | undefined;

    const touch = (file: string) => {
      if (path.basename(file) === '.gitignore') gitIgnore.forget();
      changes.touch(file);
    };
    const spots = createSpots(
      [...roots, ...files],
      (file) => {
        if (isDirectory(file)) tree?.look(file);
        else touch(file);
      },
      options.onProblem,
    );

    async function start(): Promise<void> {
      const isLarge = process.platform === 'linux' && !options.usePolling && (await isLargeTree(stop.signal));
      if (stop.signal.aborted) return;
      const folders = roots.filter(isDirectory);
      const treeOptions = {
        roots: folders,
        wantsDirectory,
        wantsFile: (file: string) => path.basename(file) === '.gitignore' || namesOf(file).length > 0,
        onTouch: touch,
        onGone: (directory: string) => contents.filesBelow(directory).forEach(touch),
        onProblem: options.onProblem,
      };
      if (isLarge) tree = createDirectoryTree(treeOptions);
      else if (roots.length > 0) tree = createChokidarTree(treeOptions, { usePolling: options.usePolling ?? false });
      const found = [...((await tree?.ready) ?? []), ...files, ...roots];
      void inSlices(notice(found)).then(() => sampleSlowly(contents, found, namesOf, stop.signal));
    }

    /** Learns what is there, and what was edited before the watches were set. */
    function* notice(found: readonly string[]): Generator<void> {
      for (const file of found) {
        yield;
        if (stop.signal.aborted) return;
        if (namesOf(file).length === 0) continue;
        const stat = statSync(file, { throwIfNoEntry: false });
        if (!stat?.isFile()) continue;
        contents.learn(file);
        // The time of the last change cannot be set back, as that of the last write is by `cp -p` and `tar`.
        if (Math.floor(stat.ctimeMs) > since) changes.touch(file);
      }
    }

    function* count(signal: AbortSignal, found: { files: number }): Generator<void> {
      for (const root of roots) {
        for (const step of walk(
          root,
          wantsDirectory,
          () => !signal.aborted,
          () => (found.files += 1),
        )) {
          if (found.files > LARGE_TREE_FILES) return;
          yield step;
        }
      }
    }

    async function isLargeTree(signal: AbortSignal): Promise<boolean> {
      const found = { files: 0 };
      await inSlices(count(signal, found));
      return found.files > LARGE_TREE_FILES;
    }

    return {
      ready: start(),
      watchCount: () => spots.watchCount() + (tree?.watchCount() ?? 0),
      async close() {
        stop.abort();
        spots.close();
        await tree?.close();
      },
    };
  }

  let session = open(options.since ?? Date.now());
  let retired: Promise<unknown> = Promise.resolve();
  return {
    ready: session.ready,
    update(next) {
      if (JSON.stringify(next) === JSON.stringify(set)) return;
      const before = session;
      set = next;
      match = createMatch(set, gitIgnore.ignores);
      contents.retain((file) => match.namesOf(file).length > 0);
      session = open(Date.now());
      // The old watches go when the new ones are set.
      retired = Promise.all([retired, session.ready.then(() => before.close())]);
    },
    watchCount: () => session.watchCount(),
    async close() {
      changes.close();
      await session.close();
      await retired;
    },
  };
}

const isDirectory = (file: string) => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
