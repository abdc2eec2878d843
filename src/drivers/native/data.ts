import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NativeCommand, NativePlace, NativeProgram } from '../../kinds/native.ts';
import { runCommand } from '../data/command.ts';

export interface DataOptions {
  readonly native: NativeProgram;
  readonly version: string;
  /** Where what can be made again is kept, for all projects. */
  readonly cacheDir: string;
  readonly runAll: (commands: readonly NativeCommand[]) => Promise<void>;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** Data for a first start. Made beside its place and moved there when whole: what a crash leaves is never used. */
export async function createData(place: NativePlace, options: DataOptions): Promise<void> {
  const fresh = `${place.data}.new`;
  await rm(fresh, { recursive: true, force: true });
  try {
    if (options.native.create) await copy(await ensureTemplate(place, options), fresh, options.signal);
    else await mkdir(fresh, { mode: 0o700 });
    await rename(fresh, place.data);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Making data takes seconds, copying it a tenth of one: one server makes it for all projects, without any login. */
async function ensureTemplate(place: NativePlace, options: DataOptions): Promise<string> {
  const { native, version, cacheDir, runAll, signal, progress } = options;
  const template = join(cacheDir, 'data', `${native.program}-${version}${place.isRoot ? '-root' : ''}`);
  if (await stat(template).catch(() => undefined)) return template;
  progress(`preparing data of ${native.program} ${version}`);
  // The scripts that make it do not all take folders with spaces, which homes and projects may have.
  const work = await mkdtemp(join(tmpdir(), 'devstack-data-'));
  const moved = `${template}.${process.pid}`;
  try {
    const data = join(work, 'data');
    await mkdir(data, { mode: 0o700 });
    await runAll(native.create?.({ ...place, data }) ?? []);
    await mkdir(dirname(template), { recursive: true });
    await copy(data, moved, signal);
    await rename(moved, template).catch(async (error: unknown) => {
      // Another devstack was faster, and its template is as good.
      if (!(await stat(template).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(moved, { recursive: true, force: true });
  }
  return template;
}

/** -p keeps modes and owner, on which servers insist. */
async function copy(from: string, to: string, signal: AbortSignal): Promise<void> {
  await runCommand({ file: 'cp', args: ['-Rp', from, to] }, { signal });
}
