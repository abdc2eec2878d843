import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import { createEcho } from './echo.ts';
import { identityOf } from './identity.ts';
import { limitOf, problemOf } from './limit.ts';
import { relativeTo } from './match.ts';
import { inSlices } from './slices.ts';
import type { TreeOptions, TreeWatch } from './tree.ts';
import { walk } from './tree.ts';

/** chokidar reports one change of a file and drops those of the next 50 ms. */
const THROTTLE_MS = 60;
const POLL_MS = 1000;

/** The door to chokidar: comfortable for small trees and for other systems than Linux; the one that polls. */
export function createChokidarTree(options: TreeOptions, { usePolling }: { usePolling: boolean }): TreeWatch {
  const branches = new Map<string, Branch>();
  const echo = createEcho(THROTTLE_MS, options.onTouch);
  let isPolling = usePolling;
  let closed = false;

  function open(root: string): Branch {
    const branch = openBranch(root, isPolling, {
      ...options,
      onTouch: echo.tell,
      onLimit(limit) {
        if (!isPolling) options.onProblem(problemOf(limit, root));
        isPolling = true;
        void look(root);
      },
    });
    branches.set(root, branch);
    return branch;
  }

  /** What chokidar finds at its start it keeps to itself, so the files are looked at when it is ready. */
  async function look(root: string): Promise<void> {
    const before = branches.get(root);
    const branch = open(root);
    await before?.close();
    await branch.ready;
    await inSlices(walk(root, options.wantsDirectory, () => !closed, options.onTouch));
  }

  return {
    ready: Promise.all(options.roots.map((root) => open(root).ready)).then((files) => files.flat()),
    look(file) {
      if (!closed && branches.get(file)?.identity !== identityOf(file)) void look(file);
    },
    watchCount: () => [...branches.values()].reduce((count, branch) => count + branch.watchCount(), 0),
    async close() {
      closed = true;
      echo.close();
      await Promise.all([...branches.values()].map((branch) => branch.close()));
    },
  };
}

/** One root: chokidar neither follows one that is replaced nor says when an added one is ready. */
interface Branch {
  readonly identity: string | undefined;
  readonly ready: Promise<readonly string[]>;
  watchCount(): number;
  close(): Promise<void>;
}

interface BranchOptions extends TreeOptions {
  readonly onLimit: (limit: 'ENOSPC' | 'EMFILE') => void;
}

function openBranch(root: string, usePolling: boolean, options: BranchOptions): Branch {
  // chokidar takes a root that is a link for a file unless it follows all links.
  const realRoot = realPathOf(root);
  const named = (real: string) => path.join(root, relativeTo(realRoot, real) ?? path.relative(realRoot, real));
  const closing = new AbortController();
  let watcher: FSWatcher | undefined;

  async function open(): Promise<readonly string[]> {
    const { watch } = await import('chokidar');
    if (closing.signal.aborted) return [];
    const opened = watch(realRoot, {
      ignoreInitial: true,
      followSymlinks: false,
      // Content is compared anyway, so a file that is away for a moment needs no waiting here.
      atomic: false,
      ignorePermissionErrors: true,
      usePolling,
      interval: POLL_MS,
      binaryInterval: POLL_MS,
      ignored: (real, stats) => {
        if (!stats) return false;
        return stats.isDirectory() ? !options.wantsDirectory(named(real)) : !options.wantsFile(named(real));
      },
    });
    watcher = opened;
    opened.on('all', (event, real) => {
      if (event === 'addDir') return;
      if (event === 'unlinkDir') options.onGone(named(real));
      else options.onTouch(named(real));
    });
    await new Promise<void>((resolve) => {
      opened.on('ready', resolve);
      // A closed one never says that it is ready.
      closing.signal.addEventListener('abort', () => resolve());
      opened.on('error', (error) => {
        const limit = limitOf(error);
        if (limit === undefined || usePolling || closing.signal.aborted) return;
        options.onLimit(limit);
        resolve();
      });
    });
    // A poll compares with its first look, which is still in the queue of file calls: pass through it.
    if (usePolling) for (let round = 0; round < 3; round += 1) await stat(realRoot).catch(() => undefined);
    return filesOf(opened).map(named);
  }

  return {
    identity: identityOf(root),
    ready: open(),
    watchCount: () =>
      Object.values(watcher?.getWatched() ?? {}).reduce((count, entries) => count + 1 + entries.length, 0),
    async close() {
      closing.abort();
      await watcher?.close();
    },
  };
}

function filesOf(watcher: FSWatcher): readonly string[] {
  const watched = watcher.getWatched();
  return Object.entries(watched).flatMap(([directory, names]) =>
    names.map((name) => path.join(directory, name)).filter((file) => !(file in watched)),
  );
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file; // It went again; an event will say when it is back.
  }
}
