import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { NativeProgram } from '../../kinds/native.ts';
import { majorOf, satisfies } from '../../kinds/version.ts';
import { runCommand } from '../data/command.ts';
import type { PostgresPackage } from '../embedded/package.ts';

type Env = { readonly [name: string]: string | undefined };

/** A server program of this machine. */
export interface FoundServer {
  readonly path: string;
  readonly version: string;
}

/** All that are found, those that are nearer first. */
export async function findServers(
  { program, folders, version }: Pick<NativeProgram, 'program' | 'folders' | 'version'>,
  env: Env,
): Promise<readonly FoundServer[]> {
  const found = new Map<string, FoundServer>();
  for (const folder of await searchPath(folders, env)) {
    const path = join(folder, program);
    if (!(await isExecutable(path))) continue;
    const real = await realpath(path);
    if (found.has(real)) continue;
    const text = version.args.length === 0 ? real : await said(path, version.args, env);
    const number = version.pattern.exec(text)?.[1];
    if (number !== undefined) found.set(real, { path, version: number });
  }
  return [...found.values()];
}

/** The nearest one of the asked major version. */
export function pick<T extends { readonly version: string }>(asked: string, found: readonly T[]): T | undefined {
  return found.find(({ version }) => satisfies(asked, version));
}

const POSTGRES = {
  program: 'postgres',
  folders: [
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/opt/homebrew/opt/postgresql@*/bin',
    '/usr/local/opt/postgresql@*/bin',
    '/Applications/Postgres.app/Contents/Versions/*/bin',
  ],
  version: { args: ['--version'], pattern: /\(PostgreSQL\) (\d+(?:\.\d+)*)/ },
};

/** Postgres comes with a program that makes its data; a folder without it has a client only. */
export async function findNativePostgres(env: Env): Promise<readonly PostgresPackage[]> {
  const servers = await findServers(POSTGRES, env);
  const whole = await Promise.all(
    servers.map(async ({ path, version }) => {
      const bin = dirname(await realpath(path));
      const major = majorOf(version);
      if (major === undefined || !(await isExecutable(join(bin, 'initdb')))) return [];
      return [{ kind: 'found' as const, version, major, folder: dirname(bin) }];
    }),
  );
  return whole.flat();
}

/** Where programs are looked for: the folders, `*` in them filled in, then PATH. */
export async function searchPath(patterns: readonly string[], env: Env): Promise<readonly string[]> {
  const own = await Promise.all(patterns.map(expand));
  return [...own.flat(), ...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))];
}

/** `*` in one part of a path, newest first. */
async function expand(pattern: string): Promise<readonly string[]> {
  const star = pattern.indexOf('*');
  if (star < 0) return [pattern];
  const parent = pattern.slice(0, pattern.lastIndexOf('/', star));
  const part = pattern.slice(parent.length + 1).split('/')[0] ?? '';
  const rest = pattern.slice(parent.length + 1 + part.length);
  const [before = '', after = ''] = part.split('*');
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }))
    .map((name) => `${parent}/${name}${rest}`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function said(file: string, args: readonly string[], env: Env): Promise<string> {
  // One that cannot even tell its version is as good as none.
  return runCommand({ file, args }, { env: { PATH: env['PATH'] } }).catch(() => '');
}
