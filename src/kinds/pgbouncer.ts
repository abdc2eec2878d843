import type { Pooler } from './kind.ts';
import { shellProbe } from './kind.ts';

/** The part of a server's connections that clients of the pooler share; the rest is for those who talk to it directly. */
const SHARE = 0.8;

/**
 * Its entrypoint (github.com/edoburu/docker-pgbouncer) writes pgbouncer.ini and userlist.txt into /etc/pgbouncer, and so
 * wants that folder as the user `postgres` of Alpine, who is 70 there. Without DB_NAME all databases of the server are
 * behind it.
 */
export const pgbouncer: Pooler = {
  engine: 'pgbouncer',
  image: 'edoburu/pgbouncer:v1.25.2-p0',
  hardened: {
    user: 70,
    group: 70,
    writable: ['/etc/pgbouncer'],
    // A query goes all the way to the server. Its database is in a variable that psql reads.
    health: shellProbe('PGPASSWORD="$DB_PASSWORD" psql -Xqw -h 127.0.0.1 -U "$DB_USER" -o /dev/null -c "SELECT 1"'),
  },
  // Ends once transactions have; SIGTERM waits since 1.23 until the last client has gone.
  stopSignal: 'SIGINT',
  limits:
    'connections are shared transaction by transaction, so LISTEN, session locks and SET do not outlive a transaction there, and settings in an address (options, statement_timeout) are refused',
  env: ({ host, port, user, password, database, maxConnections }) => ({
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_PASSWORD: password,
    PGDATABASE: database,
    // The password in userlist.txt is the plain one: both sides are asked by SCRAM.
    AUTH_TYPE: 'scram-sha-256',
    LISTEN_PORT: String(port),
    POOL_MODE: 'transaction',
    // With those of the server, and some to spare, as many files as a process may open by default.
    MAX_CLIENT_CONN: '900',
    // Of one database; where that is not enough for all, the idle connections of another are taken.
    DEFAULT_POOL_SIZE: '20',
    MAX_USER_CONNECTIONS: String(Math.max(1, Math.floor(maxConnections * SHARE))),
    // Drivers prepare statements as a matter of course; from 1.21 on it keeps track of them.
    MAX_PREPARED_STATEMENTS: '200',
    // SHOW CLIENTS, SHOW POOLS and the like in its database `pgbouncer`; it obeys nobody.
    STATS_USERS: user,
  }),
};
