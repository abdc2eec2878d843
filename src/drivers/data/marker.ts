import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

/** What a data folder of a resource holds; kept beside the data. */
export interface Marker {
  readonly runtime: 'embedded' | 'native';
  readonly engine: string;
  /** Of the server that made it. */
  readonly major: number;
  /** Absolute; elsewhere when another user runs the server. */
  readonly data: string;
  /** Changes with user and password; tells neither. */
  readonly login: string;
}

const FILE = 'devstack.json';

export async function readMarker(folder: string): Promise<Marker | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, FILE), 'utf8'));
  } catch {
    return undefined; // no data yet, or a marker cut short by a crash: the data folder tells its version itself
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('major' in value) || !('data' in value) || !('login' in value)) return undefined;
  const { major, data, login } = value;
  if (typeof major !== 'number' || typeof data !== 'string' || typeof login !== 'string') return undefined;
  const runtime = 'runtime' in value && value.runtime === 'native' ? 'native' : 'embedded';
  const engine = 'engine' in value && typeof value.engine === 'string' ? value.engine : 'postgres';
  const written = 'folder' in value && typeof value.folder === 'string' ? value.folder : folder;
  const place = placeHere(data, written, folder);
  return place === undefined ? undefined : { runtime, engine, major, data: place, login };
}

/** A marker that came along with a copy of the checkout names data of the first one, which is not to be touched. */
function placeHere(data: string, written: string, folder: string): string | undefined {
  if (written === folder) return data;
  const inside = relative(written, data);
  return inside.startsWith('..') || isAbsolute(inside) ? undefined : join(folder, inside);
}

export async function writeMarker(folder: string, marker: Marker): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `${FILE}.new`);
  await writeFile(fresh, `${JSON.stringify({ ...marker, folder }, null, 2)}\n`);
  await rename(fresh, join(folder, FILE));
}

export function fingerprint(user: string, password: string, salt: string = randomBytes(8).toString('hex')): string {
  return `${salt}:${createHash('sha256')
    .update(JSON.stringify([salt, user, password]))
    .digest('hex')}`;
}

export function isFingerprintOf(login: string, user: string, password: string): boolean {
  return login === fingerprint(user, password, login.split(':')[0]);
}
