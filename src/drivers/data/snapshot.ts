import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeName } from '../../core/failure.ts';
import { runCommand } from './command.ts';

/** What a snapshot holds; beside its data. */
export interface SnapshotNote {
  readonly resource: string;
  readonly engine: string;
  readonly runtime: RuntimeName;
  /** The version that was asked for when it was saved. */
  readonly version: string;
  readonly image?: string;
  /** ISO 8601. */
  readonly savedAt: string;
  /** Archives by volume. */
  readonly volumes: { readonly [volume: string]: string };
}

export interface Snapshot extends SnapshotNote {
  readonly tag: string;
  readonly folder: string;
  readonly bytes: number;
}

const NOTE = 'snapshot.json';

export function snapshotFolder(state: string, resource: string): string {
  return join(state, 'snapshots', resource);
}

/** Written beside its place and moved there when whole: a snapshot is all of it or none. */
export async function writeSnapshot(
  state: string,
  tag: string,
  note: SnapshotNote,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const all = snapshotFolder(state, note.resource);
  const fresh = join(all, `.${tag}.${process.pid}`);
  await removeUnfinished(all);
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  try {
    await fill(fresh);
    await writeFile(join(fresh, NOTE), `${JSON.stringify(note, null, 2)}\n`);
    await rm(join(all, tag), { recursive: true, force: true });
    await rename(fresh, join(all, tag));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Of processes that are gone. */
async function removeUnfinished(all: string): Promise<void> {
  const names = (await readdir(all).catch(() => [])).filter((name) => name.startsWith('.'));
  const left = names.filter((name) => !isAlive(Number(name.split('.').at(-1))));
  await Promise.all(left.map((name) => rm(join(all, name), { recursive: true, force: true })));
}

function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Oldest first. */
export async function listSnapshots(state: string, resource: string): Promise<readonly Snapshot[]> {
  const all = snapshotFolder(state, resource);
  const tags = (await readdir(all).catch(() => [])).filter((tag) => !tag.startsWith('.'));
  const read = await Promise.all(tags.map((tag) => readSnapshot(join(all, tag), tag)));
  return read.flat().toSorted((one, other) => one.savedAt.localeCompare(other.savedAt));
}

async function readSnapshot(folder: string, tag: string): Promise<readonly Snapshot[]> {
  let note: SnapshotNote;
  try {
    note = JSON.parse(await readFile(join(folder, NOTE), 'utf8'));
  } catch {
    return []; // not one of ours
  }
  return [{ ...note, tag, folder, bytes: await sizeOf(folder) }];
}

/** -p keeps modes and owner, on which servers insist. */
export async function copyTree(from: string, to: string): Promise<void> {
  await runCommand({ file: 'cp', args: ['-Rp', from, to] });
}

/** Bytes of all files below. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
