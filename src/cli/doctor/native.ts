import { join } from 'node:path';
import { findNativePostgres, findServers, type FoundServer } from '../../drivers/native/find.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { NativeServer } from '../../kinds/native.ts';
import type { Row } from './row.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The servers that could run without a container, by kind. */
export async function nativeRows(env: Env): Promise<readonly Row[]> {
  const kinds = Object.values(infraEngines);
  const found = await Promise.all(
    kinds.map(async ({ engine, native }) => ({ engine, list: await lookFor(native, env) })),
  );
  const rows = found
    .filter(({ list }) => list.length > 0)
    .map(({ engine, list }) => ({
      state: 'ok' as const,
      what: `native ${engine}`,
      found: list.map(({ path, version }) => `${version} (${path})`).join(', '),
    }));
  return rows.length > 0 ? rows : [{ state: 'ok', what: 'native servers', found: 'none on this machine' }];
}

async function lookFor(native: NativeServer, env: Env): Promise<readonly FoundServer[]> {
  switch (native.kind) {
    case 'program':
      return findServers(native, env);
    case 'postgres':
      return (await findNativePostgres(env)).map(({ version, folder }) => ({
        version,
        path: join(folder, 'bin/postgres'),
      }));
    case 'none':
      return [];
  }
}
