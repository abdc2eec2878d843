import { lstatSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import path from 'node:path';
import { createChokidarTree } from './chokidar.ts';
import { identityIn, identityOf } from './identity.ts';
import { limitOf, problemOf } from './limit.ts';
import { inSlices } from './slices.ts';
import type { TreeOptions, TreeWatch } from './tree.ts';
import { walk } from './tree.ts';

export type OpenWatch = (directory: string, listener: (event: string, name: string | null) => void) => FSWatcher;

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/**
 * One watch per folder. chokidar needs one per file, which large trees exhaust
 * (20,000 files: 22,202 watches and 3 s against 2,202 and 0.1 s).
 */
export function createDirectoryTree(options: TreeOptions, openWatch: OpenWatch = watch): TreeWatch {
  const watched = new Map<string, Watched>();
  const files = new Set<string>();
  let polled: TreeWatch | undefined;
  const polledRoots: string[] = [];
  let closed = false;

  /** A watch is set before its folder is read, so that nothing falls in between. False: polled instead. */
  function open(directory: string): boolean {
    if (closed) return false;
    const identity = identityOf(directory);
    if (identity === undefined) return false;
    const before = watched.get(directory);
    if (before?.identity === identity) return true;
    before?.watcher.close();
    watched.delete(directory);
    try {
      const watcher = openWatch(directory, (_event, name) =>
        name === null ? enter(directory) : look(directory, name),
      );
      watcher.on('error', () => forget(directory));
      watched.set(directory, { watcher, identity });
      return true;
    } catch (error) {
      const limit = limitOf(error);
      if (limit !== undefined) poll(directory, limit);
      return false;
    }
  }

  function poll(directory: string, limit: string): void {
    if (polledRoots.length === 0) options.onProblem(problemOf(limit, directory));
    polledRoots.push(directory);
    polled?.look(directory);
  }

  function look(directory: string, name: string): void {
    const file = path.join(directory, name);
    if (closed) return;
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      if (watched.get(file)?.identity !== identityIn(stat)) enter(file);
      return;
    }
    if (!stat && watched.has(file)) forget(file);
    options.onTouch(file);
    // The folder itself may be gone or replaced; its own watch is then dead.
    if (!stat && identityOf(directory) !== watched.get(directory)?.identity) {
      forget(directory);
      enter(directory);
    }
  }

  function enter(directory: string): void {
    if (watched.has(directory) && identityOf(directory) !== watched.get(directory)?.identity) forget(directory);
    void inSlices(walk(directory, options.wantsDirectory, open, options.onTouch)).then(startPolling);
  }

  function forget(directory: string): void {
    for (const [known, { watcher }] of watched) {
      if (known !== directory && !known.startsWith(`${directory}/`)) continue;
      watcher.close();
      watched.delete(known);
    }
    options.onGone(directory);
  }

  async function startPolling(): Promise<void> {
    if (closed || polled || polledRoots.length === 0) return;
    polled = createChokidarTree({ ...options, roots: [...polledRoots] }, { usePolling: true });
    for (const file of await polled.ready) files.add(file);
  }

  async function start(): Promise<readonly string[]> {
    for (const root of options.roots) {
      await inSlices(walk(root, options.wantsDirectory, open, (file) => files.add(file)));
    }
    await startPolling();
    const found = [...files];
    files.clear();
    return found;
  }

  return {
    ready: start(),
    look: (file) => look(path.dirname(file), path.basename(file)),
    watchCount: () => watched.size + (polled?.watchCount() ?? 0),
    async close() {
      closed = true;
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
      await polled?.close();
    },
  };
}
