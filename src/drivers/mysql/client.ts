import type { Connection } from 'mysql2/promise';
import type { Login } from '../sql/dialect.ts';

const ANSWER_WITHIN_MS = 3000;

/** Opens a connection, hands it over and closes it. */
export async function withClient<T>(
  login: Login,
  database: string | undefined,
  use: (client: Connection) => Promise<T>,
): Promise<T> {
  const { createConnection } = await import('mysql2/promise');
  const client = await createConnection({
    host: '127.0.0.1',
    ...login,
    ...(database !== undefined && { database }),
    connectTimeout: ANSWER_WITHIN_MS,
    // A file of statements is sent whole.
    multipleStatements: true,
  });
  // A connection that breaks while nobody asks anything must not end this process; the next query fails.
  client.on('error', () => {});
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {}); // it may have broken off
  }
}

/** `ER_ACCESS_DENIED_ERROR`, or the code of a broken connection. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
