import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Path below the folder to its text; a path that ends in / is an empty folder. */
export type Files = { readonly [file: string]: string };

/** Runs `use` in a temporary folder with these files, and removes it. */
export async function inFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = path.join(await realpath(await mkdtemp(path.join(tmpdir(), 'devstack-config-'))), 'shop');
  try {
    await mkdir(folder);
    await writeFiles(folder, files);
    return await use(folder);
  } finally {
    await rm(path.dirname(folder), { recursive: true, force: true });
  }
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    await mkdir(file.endsWith('/') ? target : path.dirname(target), { recursive: true });
    if (!file.endsWith('/')) await writeFile(target, text);
  }
}
