import type { Connection } from 'mysql2/promise';
import type { Failure } from '../../core/failure.ts';
import { noteDatabases } from './databases.ts';
import type { ProvisionRequest } from '../sql/dialect.ts';
import type { InitMemory } from '../sql/init-files.ts';
import { runInitFiles } from '../sql/init-files.ts';
import { identifier, withClient } from './client.ts';

/** Makes a fresh server what the config says. Whatever has been done already is left as it is. */
export async function provision(request: ProvisionRequest): Promise<Failure | undefined> {
  const { login, database, databases } = request;
  // The user of the config may do as he likes in his databases and make none; root has the same password.
  const root = { ...login, user: 'root' };
  return withClient(root, undefined, async (client) => {
    const names = [...new Set([database, ...databases])];
    // Before they are made: what is there has an owner.
    if (request.instance !== undefined) await noteDatabases(client, names, request.instance);
    for (const name of names) await ensureDatabase(client, name, login.user);
    return request.init.length === 0 ? undefined : init(client, { ...request, login: root });
  });
}

async function ensureDatabase(client: Connection, name: string, owner: string): Promise<void> {
  await client.query(`create database if not exists ${identifier(name)}`);
  // In a grant _ and % stand for other characters.
  const pattern = identifier(name.replace(/[_%]/g, '\\$&'));
  if (owner !== 'root') await client.query(`grant all privileges on ${pattern}.* to ?@'%'`, [owner]);
}

async function init(client: Connection, request: ProvisionRequest): Promise<Failure | undefined> {
  const { login, database } = request;
  await client.query('create database if not exists devstack');
  await client.query(
    'create table if not exists devstack.init_file (file varchar(500), `database` varchar(64), ran_at timestamp default current_timestamp, primary key (file, `database`))',
  );
  const memory: InitMemory = {
    async has(file) {
      const sql = 'select 1 from devstack.init_file where file = ? and `database` = ?';
      const [rows] = await client.query(sql, [file, database]);
      return Array.isArray(rows) && rows.length > 0;
    },
    async add(file) {
      await client.query('insert into devstack.init_file (file, `database`) values (?, ?)', [file, database]);
    },
  };
  return runInitFiles(request, memory, {
    query: (sql) => withClient(login, database, (inside) => inside.query(sql)),
    explain,
    clientEnv: {
      MYSQL_HOST: '127.0.0.1',
      MYSQL_TCP_PORT: String(login.port),
      MYSQL_USER: login.user,
      MYSQL_PWD: login.password,
      MYSQL_DATABASE: database,
    },
  });
}

/** The server counts lines itself; what only its command line client understands is named. */
function explain(error: unknown, sql: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^\s*delimiter\s/im.test(sql)
    ? `${text} (DELIMITER is a command of the mysql client, not SQL: leave it out, or call mysql from a .sh file)`
    : text;
}
