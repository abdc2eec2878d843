import type { SqlDialect } from '../sql/dialect.ts';

/** Loaded when a server speaks it: a client is a large package. */
export async function loadDialect(name: 'postgres' | 'mysql'): Promise<SqlDialect> {
  switch (name) {
    case 'postgres':
      return (await import('../postgres/dialect.ts')).postgresDialect;
    case 'mysql':
      return (await import('../mysql/dialect.ts')).mysqlDialect;
  }
}
