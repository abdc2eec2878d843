import type { Connection } from 'mysql2/promise';
import type { InstanceDatabase, Login } from '../sql/dialect.ts';
import { codeOf, identifier, withClient } from './client.ts';

// Which instance has which database of a server they share is kept in the server itself: both live and go together.

export async function noteDatabases(client: Connection, databases: readonly string[], instance: string): Promise<void> {
  await client.query('create database if not exists devstack');
  await client.query(
    'create table if not exists devstack.instance_database (`database` varchar(64) primary key, instance varchar(100) not null)',
  );
  const sql = 'insert ignore into devstack.instance_database values (?, ?)';
  for (const database of databases) await client.query(sql, [database, instance]);
}

export async function databasesIn(login: Login): Promise<readonly InstanceDatabase[]> {
  return withClient(login, undefined, async (client) => {
    if (!(await exists(client, 'instance_database'))) return [];
    const [rows] = await client.query(
      'select `database`, instance from devstack.instance_database order by `database`',
    );
    return Array.isArray(rows) ? rows.flatMap((row) => ('database' in row ? [noteIn(row)] : [])) : [];
  });
}

/** Whoever has read in a transaction that is still open locks the table; by itself a drop waits a day for that. */
const LOCKED_FOR_SECONDS = 10;

export async function dropDatabases(login: Login, databases: readonly string[]): Promise<void> {
  await withClient(login, undefined, async (client) => {
    await client.query('set session lock_wait_timeout = ?', [LOCKED_FOR_SECONDS]);
    const hasInit = await exists(client, 'init_file');
    for (const database of databases) {
      await endConnections(client, database);
      await client.query(`drop database if exists ${identifier(database)}`);
      // A new one of that name is initialized anew.
      if (hasInit) await client.query('delete from devstack.init_file where `database` = ?', [database]);
      await client.query('delete from devstack.instance_database where `database` = ?', [database]);
    }
  });
}

async function endConnections(client: Connection, database: string): Promise<void> {
  const [rows] = await client.query('show processlist');
  for (const row of Array.isArray(rows) ? rows : []) {
    if (!('Id' in row) || !('db' in row) || row.db !== database) continue;
    await client.query('kill ?', [row.Id]).catch((error: unknown) => {
      if (codeOf(error) !== 'ER_NO_SUCH_THREAD') throw error;
    });
  }
}

function noteIn({ database, instance }: Readonly<Record<string, unknown>>): InstanceDatabase {
  return { database: String(database), instance: String(instance) };
}

async function exists(client: Connection, table: string): Promise<boolean> {
  const sql = `select 1 from information_schema.tables where table_schema = 'devstack' and table_name = ?`;
  const [rows] = await client.query(sql, [table]);
  return Array.isArray(rows) && rows.length > 0;
}
