import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseManifests, patchesOf, type Manifest } from '../../promote/kubernetes/manifests.ts';

export const STDIN = 'standard input';

export interface Located extends Manifest {
  readonly file: string;
}

export interface ReadManifests {
  readonly located: readonly Located[];
  readonly files: number;
  readonly skipped: readonly { readonly file: string; readonly why: string }[];
  /** What cannot be read; `at` is the file, with its line where there is one. */
  readonly problems: readonly { readonly at: string; readonly reason: string }[];
}

interface Reading {
  readonly located: Located[];
  files: number;
  readonly skipped: { file: string; why: string }[];
  readonly problems: { at: string; reason: string }[];
}

/** Files, folders with all that is in them, and `-` for standard input. */
export async function readManifests(names: readonly string[], cwd: string): Promise<ReadManifests> {
  const reading: Reading = { located: [], files: 0, skipped: [], problems: [] };
  for (const name of new Set(names)) {
    const before = reading.located.length + reading.problems.length;
    if (name === '-') readText(STDIN, await text(process.stdin), reading);
    else readPath(name, cwd, reading);
    if (reading.located.length + reading.problems.length === before)
      reading.problems.push({ at: name === '-' ? STDIN : name, reason: 'there is no object of Kubernetes in it' });
  }
  return reading;
}

function readPath(name: string, cwd: string, reading: Reading): void {
  attempt(name, reading, () => {
    if (statSync(path.resolve(cwd, name)).isDirectory()) readFolder(name, cwd, reading, new Set());
    else if (KUSTOMIZATION.test(path.basename(name))) reading.skipped.push({ file: name, why: NOT_BUILT });
    else readText(name, readFileSync(path.resolve(cwd, name), 'utf8'), reading);
  });
}

const KUSTOMIZATION = /^(?:kustomization\.ya?ml|Kustomization)$/;
const NOT_BUILT = 'what it makes of the files is not looked at; for that: kubectl kustomize … | devstack lint -f -';

/** In the order of names; what is hidden or installed is nobody's manifest. */
function readFolder(folder: string, cwd: string, reading: Reading, patches: Set<string>): void {
  const entries = readdirSync(path.resolve(cwd, folder), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (entries.some(({ name }) => name === 'Chart.yaml')) {
    reading.skipped.push({ file: folder, why: 'a chart is rendered first: helm template … | devstack lint -f -' });
    return;
  }
  for (const { name } of entries.filter((entry) => KUSTOMIZATION.test(entry.name))) {
    const file = path.join(folder, name);
    reading.skipped.push({ file, why: NOT_BUILT });
    attempt(file, reading, () => {
      for (const patch of patchesOf(readFileSync(path.resolve(cwd, file), 'utf8')))
        patches.add(path.join(folder, patch));
    });
  }
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) attempt(file, reading, () => readFolder(file, cwd, reading, patches));
    else if (!/\.(?:ya?ml|json)$/.test(entry.name) || KUSTOMIZATION.test(entry.name)) continue;
    else if (patches.has(file)) reading.skipped.push({ file, why: 'it is a patch of a kustomization' });
    else attempt(file, reading, () => readText(file, readFileSync(path.resolve(cwd, file), 'utf8'), reading));
  }
}

function readText(file: string, content: string, reading: Reading): void {
  const { manifests, problems } = parseManifests(content);
  reading.problems.push(...problems.map(({ line, reason }) => ({ at: `${file}:${line}`, reason })));
  if (manifests.length > 0) reading.files += 1;
  for (const manifest of manifests) reading.located.push({ file, ...manifest });
}

function attempt(at: string, reading: Reading, read: () => void): void {
  try {
    read();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? 'it is not there' : error instanceof Error ? error.message : String(error);
    reading.problems.push({ at, reason });
  }
}
