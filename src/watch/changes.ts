import type { Contents } from './contents.ts';

/** Something the targets should know. */
export interface Change {
  /** The targets it belongs to. */
  readonly names: readonly string[];
  readonly file: string;
}

/** From "something happened at this path" to changes of content, in batches. */
export interface Changes {
  touch(file: string): void;
  close(): void;
}

const SLICE_MS = 8;
/** In the middle of a save a file may be gone or empty for a moment. */
const SETTLE_MS = 15;

export function createChanges(
  contents: Contents,
  namesOf: (file: string) => readonly string[],
  onChange: (changes: readonly Change[]) => void,
): Changes {
  const queue = new Map<string, { final: boolean }>();
  const settling = new Map<string, NodeJS.Timeout>();
  let scheduled: NodeJS.Immediate | undefined;

  function enqueue(file: string, final: boolean): void {
    contents.dropSample(file);
    queue.set(file, { final });
    scheduled ??= setImmediate(drain);
  }

  function drain(): void {
    scheduled = undefined;
    const end = performance.now() + SLICE_MS;
    const changes: Change[] = [];
    for (const [file, { final }] of queue) {
      queue.delete(file);
      const names = namesOf(file);
      if (names.length > 0 && hasChanged(file, final)) changes.push({ names, file });
      if (performance.now() > end) break;
    }
    if (queue.size > 0) scheduled = setImmediate(drain);
    if (changes.length > 0) onChange(changes);
  }

  function hasChanged(file: string, final: boolean): boolean {
    const verdict = contents.judge(file, final);
    clearTimeout(settling.get(file));
    settling.delete(file);
    if (verdict === 'unsettled') {
      settling.set(
        file,
        setTimeout(() => enqueue(file, true), SETTLE_MS),
      );
    }
    return verdict === 'changed';
  }

  return {
    touch: (file) => enqueue(file, false),
    close() {
      queue.clear();
      if (scheduled) clearImmediate(scheduled);
      for (const timer of settling.values()) clearTimeout(timer);
      settling.clear();
    },
  };
}
