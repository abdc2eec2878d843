import type pg from 'pg';
import type { Failure } from '../../core/failure.ts';
import { withClient } from './client.ts';
import { noteDatabases } from './databases.ts';
import type { ProvisionRequest } from '../sql/dialect.ts';
import type { InitMemory } from '../sql/init-files.ts';
import { runInitFiles } from '../sql/init-files.ts';
import { explain } from './explain.ts';

/** Makes a fresh server what the config says. Whatever has been done already is left as it is. */
export async function provision(request: ProvisionRequest): Promise<Failure | undefined> {
  const { login, database, databases } = request;
  await withClient(login, 'postgres', async (client) => {
    const names = [...new Set([database, ...databases])];
    // Before they are made: what is there has an owner.
    if (request.instance !== undefined) await noteDatabases(client, names, request.instance);
    for (const name of names) await ensureDatabase(client, name, login.user);
  });
  return request.init.length === 0 ? undefined : init(request);
}

async function ensureDatabase(client: pg.Client, name: string, owner: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount) return;
  await client.query(`create database ${client.escapeIdentifier(name)} owner ${client.escapeIdentifier(owner)}`);
}

async function init(request: ProvisionRequest): Promise<Failure | undefined> {
  const { login, database } = request;
  return withClient(login, 'postgres', async (client) => {
    await client.query('create schema if not exists devstack');
    await client.query(
      'create table if not exists devstack.init_file (file text, database text, ran_at timestamptz default now(), primary key (file, database))',
    );
    const memory: InitMemory = {
      async has(file) {
        const sql = 'select 1 from devstack.init_file where file = $1 and database = $2';
        const { rowCount } = await client.query(sql, [file, database]);
        return (rowCount ?? 0) > 0;
      },
      async add(file) {
        await client.query('insert into devstack.init_file (file, database) values ($1, $2)', [file, database]);
      },
    };
    return runInitFiles(request, memory, {
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
  });
}
