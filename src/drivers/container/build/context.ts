import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import dockerignore from '@balena/dockerignore';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';

/** The files a build gets to see. */
export interface BuildContext {
  readonly folder: string;
  /** Below `folder`. */
  readonly dockerfile: string;
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Of names, modes and contents: the same again means nothing to build. */
  readonly hash: string;
}

/** A Dockerfile that is in no folder, with what is ignored for it. */
export interface GeneratedDockerfile {
  /** Where it would be, for people. */
  readonly file: string;
  readonly text: string;
  readonly ignore: string;
}

type Entry = { readonly name: string; readonly mode: number } & (
  | { readonly kind: 'file'; readonly size: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'link'; readonly target: string }
);

/** What is larger is read in pieces. */
const AT_ONCE_BYTES = 1_000_000;

/** Undefined where there is no Dockerfile. */
export async function readContext(folder: string, dockerfile = 'Dockerfile'): Promise<BuildContext | undefined> {
  if ((await textOf(path.join(folder, dockerfile))) === undefined) return undefined;
  const ignored = await ignoreRules(folder, dockerfile);
  const entries: Entry[] = [];
  const hash = createHash('sha256');
  await walk({ folder, ignored, entries, hash }, '');
  return { folder, dockerfile, entries, bytes: sizeOf(entries), hash: hash.digest('hex') };
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
}

/** The same, with a Dockerfile that is in none of the files. */
export async function contextFor(folder: string, { text, ignore }: GeneratedDockerfile): Promise<BuildContext> {
  // Of a builder that reads it from what it is sent, it would hide files from the generated one.
  const rules = rulesOf(`${ignore}\n.dockerignore\n`);
  const entries: Entry[] = [{ kind: 'text', name: GENERATED, mode: 0o644, text }];
  const hash = createHash('sha256').update(text);
  await walk({ folder, ignored: rules, entries, hash }, '');
  return { folder, dockerfile: GENERATED, entries, bytes: sizeOf(entries), hash: hash.digest('hex') };
}

const GENERATED = '.devstack.Dockerfile';

export async function dockerfileText({ folder, dockerfile, entries }: BuildContext): Promise<string> {
  const made = entries.find(({ name }) => name === dockerfile);
  return made?.kind === 'text' ? made.text : ((await textOf(path.join(folder, dockerfile))) ?? '');
}

/** What the engine takes as the context. Everything belongs to root, whoever has it here. */
export function packContext({ folder, entries }: BuildContext): Readable {
  const archive = pack();
  packAll(archive, folder, entries).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return archive;
}

interface Rules {
  isIgnored(name: string): boolean;
  /** Something below an ignored folder may be wanted after all. */
  readonly hasExceptions: boolean;
}

/** A file for this Dockerfile alone goes before the one of the folder. */
async function ignoreRules(folder: string, dockerfile: string): Promise<Rules> {
  const own = await textOf(path.join(folder, `${dockerfile}.dockerignore`));
  const text = own ?? (await textOf(path.join(folder, '.dockerignore'))) ?? '';
  const { isIgnored, hasExceptions } = rulesOf(text);
  const wanted = new Set([dockerfile, path.posix.normalize(dockerfile)]);
  return {
    // The builder reads it, whatever it says of itself.
    isIgnored: (name) => !wanted.has(name) && isIgnored(name),
    hasExceptions: hasExceptions || dockerfile.includes('/'),
  };
}

function rulesOf(text: string): Rules {
  const rules = dockerignore.default({ ignorecase: false }).add(text);
  return { isIgnored: (name) => rules.ignores(name), hasExceptions: /^\s*!/m.test(text) };
}

interface Walk {
  readonly folder: string;
  readonly ignored: Rules;
  readonly entries: Entry[];
  readonly hash: Hash;
}

async function walk(of: Walk, below: string): Promise<void> {
  const { folder, ignored, entries, hash } = of;
  const found = await readdir(path.join(folder, below), { withFileTypes: true });
  for (const one of found.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const name = below === '' ? one.name : `${below}/${one.name}`;
    const isIgnored = ignored.isIgnored(name);
    if (isIgnored && !(one.isDirectory() && ignored.hasExceptions)) continue;
    const file = path.join(folder, name);
    const entry = isIgnored ? undefined : await entryOf(name, file, await lstat(file));
    if (entry) {
      entries.push(entry);
      hash.update(JSON.stringify(entry));
      if (entry.kind === 'file') await hashFile(hash, file, entry.size);
    }
    if (one.isDirectory()) await walk(of, name);
  }
}

/** Undefined for what cannot be in an image: sockets, pipes, devices. */
async function entryOf(name: string, file: string, stats: Stats): Promise<Entry | undefined> {
  const mode = stats.mode & 0o7777;
  if (stats.isFile()) return { kind: 'file', name, mode, size: stats.size };
  if (stats.isDirectory()) return { kind: 'folder', name, mode };
  if (stats.isSymbolicLink()) return { kind: 'link', name, mode, target: await readlink(file) };
  return undefined;
}

async function hashFile(hash: Hash, file: string, size: number): Promise<void> {
  if (size <= AT_ONCE_BYTES) hash.update(await readFile(file));
  else for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
}

async function packAll(archive: Pack, folder: string, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    const { name, mode } = entry;
    if (entry.kind === 'folder') archive.entry({ name, mode, type: 'directory' });
    else if (entry.kind === 'text') archive.entry({ name, mode }, entry.text);
    else if (entry.kind === 'link') archive.entry({ name, mode, type: 'symlink', linkname: entry.target });
    else await packFile(archive, name, path.join(folder, name));
  }
}

/** As large as it is by now; what is added meanwhile is left out. */
async function packFile(archive: Pack, name: string, file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { size, mode } = await handle.stat();
    const entry = archive.entry({ name, mode: mode & 0o7777, size });
    if (size === 0) return void entry.end();
    await pipeline(handle.createReadStream({ start: 0, end: size - 1, autoClose: false }), entry);
  } finally {
    await handle.close();
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
