import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileTree } from './tree.ts';

/** What became, or would become, of a file. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'new' | 'changed' | 'removed' | 'same';
  /** Somebody else wrote it, or changed what was written: it is left alone. */
  readonly isForeign: boolean;
}

export interface GeneratedFolder {
  readonly root: string;
  /** Where it is noted which files were generated, below the root. */
  readonly record: string;
  /** Of files that are for their owner only. */
  readonly isPrivate?: boolean;
}

/** How the files on disk differ from the tree. */
export function compareTree(tree: FileTree, { root, record }: GeneratedFolder): readonly FileChange[] {
  const written = readRecord(path.join(root, record));
  const changes = [...tree].map(([name, text]): FileChange => {
    const now = readIfThere(path.join(root, name));
    if (now === undefined) return { path: name, kind: 'new', isForeign: false };
    if (now === text) return { path: name, kind: 'same', isForeign: false };
    return { path: name, kind: 'changed', isForeign: written[name] !== hashOf(now) };
  });
  const gone = Object.keys(written).flatMap((name): FileChange[] => {
    if (tree.has(name)) return [];
    const now = readIfThere(path.join(root, name));
    return now === undefined ? [] : [{ path: name, kind: 'removed', isForeign: written[name] !== hashOf(now) }];
  });
  return [...changes, ...gone];
}

/** Writes what differs, and removes what was generated before and is not any more. Foreign files stay as they are. */
export function writeTree(tree: FileTree, changes: readonly FileChange[], folder: GeneratedFolder): void {
  const { root, record, isPrivate = false } = folder;
  const mode = isPrivate ? 0o600 : 0o666;
  const file = path.join(root, record);
  const written = new Map(Object.entries(readRecord(file)));
  for (const { path: name, kind, isForeign } of changes) {
    const text = tree.get(name);
    if (isForeign) continue;
    if (text === undefined) {
      rmSync(path.join(root, name), { force: true });
      removeEmpty(path.dirname(path.join(root, name)), root);
      written.delete(name);
      continue;
    }
    if (kind !== 'same') {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text, { mode });
      if (isPrivate) chmodSync(path.join(root, name), mode);
    }
    written.set(name, hashOf(text));
  }
  const entries = [...written].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const text = `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
  mkdirSync(path.dirname(file), { recursive: true });
  if (readIfThere(file) !== text) writeFileSync(file, text, { mode });
}

function removeEmpty(folder: string, root: string): void {
  for (let at = folder; at !== root && at.startsWith(root); at = path.dirname(at)) {
    if (!existsSync(at) || readdirSync(at).length > 0) return;
    rmdirSync(at);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function readRecord(file: string): Readonly<Record<string, string>> {
  const text = readIfThere(file);
  if (text === undefined) return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
