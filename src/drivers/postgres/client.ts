import type pg from 'pg';
import type { Login } from '../sql/dialect.ts';

const ANSWER_WITHIN_MS = 3000;

/** Opens a connection, hands it over and closes it. Nothing is taken from PG* variables of this process. */
export async function withClient<T>(
  login: Login,
  database: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({
    host: '127.0.0.1',
    ...login,
    database,
    ssl: false,
    application_name: 'devstack',
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
  });
  // A connection that breaks while nobody asks anything must not end this process; the next query fails.
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {}); // it may have broken off
  }
}

/** Five characters of SQLSTATE, or the code of a broken connection. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The statement that gives a user a password, both quoted. */
export async function passwordStatement(user: string, password: string): Promise<string> {
  const { default: driver } = await import('pg');
  return `alter role ${driver.escapeIdentifier(user)} password ${driver.escapeLiteral(password)};`;
}
