import type pg from 'pg';
import type { InstanceDatabase, Login } from '../sql/dialect.ts';
import { withClient } from './client.ts';

// Which instance has which database of a server they share is kept in the server itself: both live and go together.

/** Two that make the same tables at the same moment get in each other's way; held until the connection ends. */
const ONE_AT_A_TIME = `select pg_advisory_lock(hashtext('devstack'))`;

export async function noteDatabases(client: pg.Client, databases: readonly string[], instance: string): Promise<void> {
  await client.query(ONE_AT_A_TIME);
  await client.query('create schema if not exists devstack');
  await client.query(
    'create table if not exists devstack.instance_database (database text primary key, instance text not null)',
  );
  const sql = 'insert into devstack.instance_database values ($1, $2) on conflict (database) do nothing';
  for (const database of databases) await client.query(sql, [database, instance]);
}

export async function databasesIn(login: Login): Promise<readonly InstanceDatabase[]> {
  return withClient(login, 'postgres', async (client) => {
    if (!(await exists(client, 'instance_database'))) return [];
    const { rows } = await client.query<InstanceDatabase>(
      'select database, instance from devstack.instance_database order by database',
    );
    return rows;
  });
}

export async function dropDatabases(login: Login, databases: readonly string[]): Promise<void> {
  await withClient(login, 'postgres', async (client) => {
    await client.query(ONE_AT_A_TIME);
    const hasInit = await exists(client, 'init_file');
    for (const database of databases) {
      // New ones are not let in before those there are ended.
      const name = client.escapeIdentifier(database);
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (rowCount) await client.query(`alter database ${name} allow_connections false`);
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
      await client.query(`drop database if exists ${name}`);
      // A new one of that name is initialized anew.
      if (hasInit) await client.query('delete from devstack.init_file where database = $1', [database]);
      await client.query('delete from devstack.instance_database where database = $1', [database]);
    }
  });
}

async function exists(client: pg.Client, table: string): Promise<boolean> {
  const { rowCount } = await client.query(`select 1 from pg_tables where schemaname = 'devstack' and tablename = $1`, [
    table,
  ]);
  return (rowCount ?? 0) > 0;
}
