import type { SqlDialect } from '../sql/dialect.ts';
import { sqlStateOf, withClient } from './client.ts';
import { databasesIn, dropDatabases } from './databases.ts';
import { provision } from './provision.ts';

/** A wrong password, or no such user. */
const REFUSED = new Set(['28P01', '28000']);

export const postgresDialect: SqlDialect = {
  async attempt(login) {
    try {
      await withClient(login, 'postgres', (client) => client.query('select 1'));
      return { kind: 'ready', text: `select 1 on 127.0.0.1:${login.port} as ${login.user} is answered` };
    } catch (error) {
      const text = `select 1 on 127.0.0.1:${login.port} as ${login.user}: ${wordsOf(error)}`;
      return { kind: REFUSED.has(sqlStateOf(error) ?? '') ? 'refused' : 'not-yet', text };
    }
  },
  provision,
  databasesIn,
  dropDatabases,
};

function wordsOf(error: unknown): string {
  if (sqlStateOf(error) === 'ECONNREFUSED') return 'connection refused';
  // Node wraps the refusals of several addresses into one error without a text.
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
