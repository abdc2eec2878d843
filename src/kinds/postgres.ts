import type { Address } from './address.ts';
import { databaseValues, encodeForUrl, loginOf } from './address.ts';
import { postgresCopy } from './data-copy.ts';
import type { ContainerFacts, InfraEngine, ServerSpec } from './kind.ts';
import { shellProbe } from './kind.ts';
import { pgbouncer } from './pgbouncer.ts';
import { majorOf } from './version.ts';

/** From here on the image keeps its data one folder up, by version, which breaks volumes made before. */
const DATA_MOVED_IN_MAJOR = 18;
/** The engine gives 64 MB, which parallel queries exceed. */
const SHARED_MEMORY_BYTES = 256 * 1024 * 1024;

export const postgresEngine: InfraEngine = {
  engine: 'postgres',
  version: '17',
  image: (version) => `postgres:${version}`,
  ports: [{ name: 'postgres', number: 5432, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  values: {
    ...databaseValues,
    url: urlOf,
    // Of the server itself, also where `url` leads to its pooler.
    directUrl: urlOf,
    jdbcUrl: (at) => `jdbc:postgresql://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  },
  container,
  ready: () => ({ kind: 'sql', dialect: 'postgres' }),
  hardened: {
    user: 999,
    group: 999,
    writable: ['/tmp', '/var/run/postgresql'],
    // By address: while it makes its data, it listens on its socket only.
    health: shellProbe('pg_isready -q -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"'),
  },
  pooler: pgbouncer,
  copy: postgresCopy,
  native: { kind: 'postgres' },
  sharing: { kind: 'databases' },
  clientEnv: (at) => ({
    PGHOST: at.host,
    PGPORT: String(at.port),
    PGUSER: at.user,
    PGPASSWORD: at.password,
    PGDATABASE: at.database,
    DATABASE_URL: urlOf(at),
  }),
};

function urlOf(at: Address): string {
  return `postgresql://${loginOf(at)}${at.host}:${at.port}/${encodeForUrl(at.database)}`;
}

/** The official image, and those made from it. */
function container({ resource, credentials }: ServerSpec): ContainerFacts {
  const major = majorOf(resource.version);
  return {
    env: credentials
      ? {
          POSTGRES_USER: credentials.user,
          POSTGRES_PASSWORD: credentials.password,
          POSTGRES_DB: credentials.database,
        }
      : {},
    dataFolder:
      major !== undefined && major >= DATA_MOVED_IN_MAJOR ? '/var/lib/postgresql' : '/var/lib/postgresql/data',
    makesData: true,
    sharedMemoryBytes: SHARED_MEMORY_BYTES,
  };
}
