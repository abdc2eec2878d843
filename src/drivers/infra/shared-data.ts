import { FailureError } from '../../core/failure.ts';
import { failureOf } from '../container/client.ts';
import type { ReachedEngine } from '../container/client.ts';
import { runServer } from '../container/shared-server.ts';
import type { RunningServer } from '../container/shared-server.ts';
import { waitUntilReady } from '../server/attempt.ts';
import type { Login } from '../sql/dialect.ts';
import { loadDialect } from './dialects.ts';

/** A server that instances share, and the one of them whose databases are meant. */
export interface SharedData {
  /** Whose containers the shared servers are. */
  readonly servers: string;
  readonly resource: string;
  readonly instance: string;
}

export interface DroppedDatabases {
  readonly dropped: readonly string[];
  /** Instances that have databases in it still. */
  readonly others: readonly string[];
}

const READY_WITHIN_MS = 60_000;

/**
 * Drops what one instance has in a server that it shares, which is started for that where it is stopped; undefined where
 * there is no container. Only for who is alone with it.
 */
export async function dropInstance(
  engine: ReachedEngine,
  { servers, resource, instance }: SharedData,
): Promise<DroppedDatabases | undefined> {
  try {
    const server = await runServer(engine, servers, resource);
    if (!server) return undefined;
    const { dialect, login } = adminOf(server);
    const { attempt, databasesIn, dropDatabases } = await loadDialect(dialect);
    const patience = { limitMs: READY_WITHIN_MS, signal: new AbortController().signal };
    const readiness = await waitUntilReady(() => attempt(login), patience);
    if (readiness.kind !== 'ready') throw new Error('lastProbe' in readiness ? readiness.lastProbe : readiness.kind);
    const all = await databasesIn(login);
    const dropped = all.filter((one) => one.instance === instance).map(({ database }) => database);
    await dropDatabases(login, dropped);
    const others = new Set(all.map((one) => one.instance).filter((name) => name !== instance));
    return { dropped, others: [...others].toSorted() };
  } catch (error) {
    throw new FailureError(failureOf(error, { resource, doing: 'dropping its databases' }), error);
  }
}

/** Who may do everything in it, as it was told when it was made: that is needed where no config loads, too. */
function adminOf({ env, port }: RunningServer): { readonly dialect: 'postgres' | 'mysql'; readonly login: Login } {
  const postgres = env.get('POSTGRES_PASSWORD');
  if (postgres !== undefined)
    return { dialect: 'postgres', login: { port, user: env.get('POSTGRES_USER') ?? 'postgres', password: postgres } };
  const password = env.get('MYSQL_ROOT_PASSWORD') ?? env.get('MARIADB_ROOT_PASSWORD') ?? '';
  return { dialect: 'mysql', login: { port, user: 'root', password } };
}
