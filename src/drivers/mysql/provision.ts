import { relative } from 'node:path';
import type { Connection } from 'mysql2/promise';
import type { Failure } from '../../core/failure.ts';
import type { ProvisionRequest } from '../sql/dialect.ts';
import { runInitFile } from '../sql/init-file.ts';
import { identifier, withClient } from './client.ts';

/** Makes a fresh server what the config says. Whatever has been done already is left as it is. */
export async function provision(request: ProvisionRequest): Promise<Failure | undefined> {
  const { login, database, databases, init } = request;
  // The user of the config may do as he likes in his databases and make none; root has the same password.
  const root = { ...login, user: 'root' };
  return withClient(root, undefined, async (client) => {
    for (const name of new Set([database, ...databases])) await ensureDatabase(client, name, login.user);
    return init.length === 0 ? undefined : runInitFiles(client, { ...request, login: root });
  });
}

async function ensureDatabase(client: Connection, name: string, owner: string): Promise<void> {
  await client.query(`create database if not exists ${identifier(name)}`);
  // In a grant _ and % stand for other characters.
  const pattern = identifier(name.replace(/[_%]/g, '\\$&'));
  if (owner !== 'root') await client.query(`grant all privileges on ${pattern}.* to ?@'%'`, [owner]);
}

/** Each file runs once for a data folder: what ran is remembered in the server itself, so both live and go together. */
async function runInitFiles(client: Connection, request: ProvisionRequest): Promise<Failure | undefined> {
  const { resource, login, database, init, root, signal, progress } = request;
  await client.query('create database if not exists devstack');
  await client.query(
    'create table if not exists devstack.init_file (file varchar(500), `database` varchar(64), ran_at timestamp default current_timestamp, primary key (file, `database`))',
  );
  for (const file of init) {
    if (signal.aborted) return undefined;
    // A checkout may be moved; its files keep their place in it.
    const key = [relative(root, file), database];
    const [rows] = await client.query('select 1 from devstack.init_file where file = ? and `database` = ?', key);
    if (Array.isArray(rows) && rows.length > 0) continue;
    progress(`running ${relative(root, file)}`);
    const reason = await runInitFile(file, {
      ...request,
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
    if (signal.aborted) return undefined;
    if (reason !== undefined) return { code: 'init-failed', resource, file, reason };
    await client.query('insert into devstack.init_file (file, `database`) values (?, ?)', key);
  }
  return undefined;
}

/** The server counts lines itself; what only its command line client understands is named. */
function explain(error: unknown, sql: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^\s*delimiter\s/im.test(sql)
    ? `${text} (DELIMITER is a command of the mysql client, not SQL: leave it out, or call mysql from a .sh file)`
    : text;
}
