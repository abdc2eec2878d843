import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import path from 'node:path';
import { identityOf } from './identity.ts';

/** Single paths, there or not, watched through the folder that holds them: so a save by rename is seen too. */
export interface Spots {
  watchCount(): number;
  close(): void;
}

interface Anchor {
  readonly watcher: FSWatcher;
  readonly identity: string;
  /** Path to the name below this folder that leads to it. */
  readonly spots: Map<string, string>;
}

export function createSpots(
  paths: readonly string[],
  onTouch: (file: string) => void,
  onProblem: (text: string) => void,
): Spots {
  const anchors = new Map<string, Anchor>();
  let closed = false;

  function attach(spot: string): void {
    let name = path.basename(spot);
    let directory = path.dirname(spot);
    while (identityOf(directory) === undefined && directory !== path.dirname(directory)) {
      name = path.basename(directory);
      directory = path.dirname(directory);
    }
    const anchor = anchors.get(directory) ?? open(directory);
    if (!anchor) return;
    anchor.spots.set(spot, name);
    // It came while the watch was being set.
    const next = path.join(directory, name);
    if (next !== spot && identityOf(next) !== undefined) reattach(directory, spot);
  }

  function reattach(directory: string, spot: string): void {
    anchors.get(directory)?.spots.delete(spot);
    attach(spot);
    drop(directory);
  }

  function drop(directory: string): void {
    const anchor = anchors.get(directory);
    if (!anchor || anchor.spots.size > 0) return;
    anchor.watcher.close();
    anchors.delete(directory);
  }

  function open(directory: string): Anchor | undefined {
    const identity = identityOf(directory);
    if (identity === undefined) return undefined;
    try {
      const watcher = watch(directory, (_event, name) => look(directory, name));
      watcher.on('error', () => look(directory, null));
      const anchor = { watcher, identity, spots: new Map<string, string>() };
      anchors.set(directory, anchor);
      return anchor;
    } catch (error) {
      onProblem(`${directory} cannot be watched: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  function look(directory: string, name: string | null): void {
    const anchor = anchors.get(directory);
    if (!anchor || closed) return;
    if (identityOf(directory) !== anchor.identity) {
      // Gone or replaced: its watch is dead.
      anchors.delete(directory);
      anchor.watcher.close();
      for (const spot of anchor.spots.keys()) {
        attach(spot);
        onTouch(spot);
      }
      return;
    }
    for (const [spot, child] of anchor.spots) {
      if (name !== null && name !== child) continue;
      if (path.dirname(spot) !== directory) reattach(directory, spot);
      onTouch(spot);
    }
  }

  for (const spot of paths) attach(spot);
  return {
    watchCount: () => anchors.size,
    close() {
      closed = true;
      for (const { watcher } of anchors.values()) watcher.close();
      anchors.clear();
    },
  };
}
