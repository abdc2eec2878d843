import type pg from 'pg';
import type { Failure } from '../../core/failure.ts';
import { withClient } from './client.ts';
import type { ProvisionRequest } from '../sql/dialect.ts';
import { runInitFile } from '../sql/init-file.ts';
import { explain } from './explain.ts';
import { relative } from 'node:path';

/** Makes a fresh server what the config says. Whatever has been done already is left as it is. */
export async function provision(request: ProvisionRequest): Promise<Failure | undefined> {
  const { login, database, databases, init } = request;
  await withClient(login, 'postgres', async (client) => {
    for (const name of new Set([database, ...databases])) await ensureDatabase(client, name, login.user);
  });
  return init.length === 0 ? undefined : runInitFiles(request);
}

async function ensureDatabase(client: pg.Client, name: string, owner: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount) return;
  await client.query(`create database ${client.escapeIdentifier(name)} owner ${client.escapeIdentifier(owner)}`);
}

/** Each file runs once for a data folder: what ran is remembered in the server itself, so both live and go together. */
async function runInitFiles(request: ProvisionRequest): Promise<Failure | undefined> {
  const { resource, login, database, init, root, signal, progress } = request;
  return withClient(login, 'postgres', async (client): Promise<Failure | undefined> => {
    await client.query('create schema if not exists devstack');
    await client.query(
      'create table if not exists devstack.init_file (file text, database text, ran_at timestamptz default now(), primary key (file, database))',
    );
    for (const file of init) {
      if (signal.aborted) return undefined;
      // A checkout may be moved; its files keep their place in it.
      const key = [relative(root, file), database];
      const { rowCount } = await client.query(
        'select 1 from devstack.init_file where file = $1 and database = $2',
        key,
      );
      if (rowCount) continue;
      progress(`running ${relative(root, file)}`);
      const reason = await runInitFile(file, {
        ...request,
        query: (sql) => withClient(login, database, (inside) => inside.query(sql)),
        explain,
        clientEnv: {
          PGHOST: '127.0.0.1',
          PGPORT: String(login.port),
          PGUSER: login.user,
          PGPASSWORD: login.password,
          PGDATABASE: database,
        },
      });
      if (signal.aborted) return undefined;
      if (reason !== undefined) return { code: 'init-failed', resource, file, reason };
      await client.query('insert into devstack.init_file (file, database) values ($1, $2)', key);
    }
    return undefined;
  });
}
