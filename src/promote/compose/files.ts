import { fillFile } from '../../core/config-file.ts';
import { fileNames, hashOf } from '../contents.ts';
import type { Note, Workload, WorkloadFile } from '../workload.ts';
import { filledIn } from './variables.ts';
import type { Variables } from './variables.ts';

/** Files that are not for git, below the folder of the compose file. */
export const LOCAL = 'local';

/** A file that has values of its `.env` in it: only for the machine it is written on. */
export interface LocalFile {
  readonly service: string;
  /** Below the folder of the compose file. */
  readonly path: string;
  /** The text, given the values of variables. */
  textOf(values: ReadonlyMap<string, string>): string;
}

/** One file that a service reads. */
interface PlacedFile {
  /** Of the part of compose's own that has it. */
  readonly config: string;
  /** In the service. */
  readonly place: string;
  /** Below the folder of the compose file. */
  readonly path: string;
  readonly file: WorkloadFile;
}

/** Where the files of a service are. */
export function placedFiles({ name, files }: Pick<Workload, 'name' | 'files'>): readonly PlacedFile[] {
  const names = fileNames(Object.keys(files));
  return Object.entries(files).map(([place, file]) => {
    const own = names.get(place) ?? '';
    const folder = typeof file === 'string' ? 'config' : LOCAL;
    return { config: `${name}-${own.replaceAll('.', '-')}`, place, path: `${folder}/${name}/${own}`, file };
  });
}

export function configSection(workloads: readonly Workload[]): Record<string, unknown> {
  return Object.fromEntries(
    workloads.flatMap(placedFiles).map(({ config, path }) => [config, { file: `./${path}` }] as const),
  );
}

/** Those that are the same for everybody, below the folder. */
export function sharedFiles(workloads: readonly Workload[]): readonly (readonly [string, string])[] {
  return workloads
    .flatMap(placedFiles)
    .flatMap(({ path, file }) => (typeof file === 'string' ? [[path, file] as const] : []));
}

export function localFiles(workloads: readonly Workload[], variables: Variables): readonly LocalFile[] {
  const placed = workloads.flatMap((workload) =>
    placedFiles(workload).map((file) => ({ ...file, name: workload.name })),
  );
  return placed.flatMap(({ name, path, file }): LocalFile[] => {
    if (typeof file === 'string') return [];
    const parts = file.map((part) =>
      typeof part === 'string' ? part : { ...part, value: variables.pieces(part.value) },
    );
    const textOf: LocalFile['textOf'] = (values) => fillFile(parts, (pieces) => filledIn(pieces, values));
    return [{ service: name, path, textOf }];
  });
}

/** Changes with what is in the files: compose itself would let those go on that read them once. */
export function filesLabel(workload: Workload, variables: Variables): Record<string, string> | undefined {
  const files = placedFiles(workload);
  if (files.length === 0) return undefined;
  const shared = files.filter(({ file }) => typeof file === 'string');
  const hashes = shared.length === 0 ? [] : [hashOf(shared.map(({ place, file }) => [place, file]))];
  if (shared.length < files.length) hashes.push(variables.filesOf(workload.name));
  return { 'devstack.files': hashes.join('-') };
}

export function localNotes(workloads: readonly Workload[]): readonly Note[] {
  return workloads.flatMap((workload) =>
    placedFiles(workload).flatMap(({ place, path, file }): Note[] => {
      if (typeof file === 'string') return [];
      const text = `${place} has values of .env in it, so ${path} is for this machine only and promoting writes it on each`;
      return [{ at: workload.at, resource: workload.name, text }];
    }),
  );
}
