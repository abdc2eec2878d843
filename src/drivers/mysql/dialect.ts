import type { SqlDialect } from '../sql/dialect.ts';
import { codeOf, withClient } from './client.ts';
import { databasesIn, dropDatabases } from './databases.ts';
import { provision } from './provision.ts';

/** A wrong password, or no such user. */
const REFUSED = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR']);

export const mysqlDialect: SqlDialect = {
  async attempt(login) {
    try {
      await withClient(login, undefined, (client) => client.query('select 1'));
      return { kind: 'ready', text: `select 1 on 127.0.0.1:${login.port} as ${login.user} is answered` };
    } catch (error) {
      const words = error instanceof Error && error.message !== '' ? error.message : String(error);
      const reason = codeOf(error) === 'ECONNREFUSED' ? 'connection refused' : words;
      const text = `select 1 on 127.0.0.1:${login.port} as ${login.user}: ${reason}`;
      return { kind: REFUSED.has(codeOf(error) ?? '') ? 'refused' : 'not-yet', text };
    }
  },
  provision,
  databasesIn,
  dropDatabases,
};
