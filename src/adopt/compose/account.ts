import type { KnownServer } from './image.ts';

/** What a server is reached with, as the file has it. */
export interface Account {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** The one that may do everything: what it may, the user devstack makes may for its own database. */
  readonly root?: string;
  readonly rootPassword?: string;
}

type Names = { readonly [key in keyof Account]: readonly string[] };

/** Variables of images, official ones and Bitnami's. */
const VARIABLES: { readonly [builder in KnownServer['builder']]?: Names } = {
  postgres: {
    user: ['POSTGRES_USER', 'POSTGRESQL_USERNAME', 'POSTGRESQL_USER'],
    password: ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'],
    database: ['POSTGRES_DB', 'POSTGRESQL_DATABASE'],
    rootPassword: ['POSTGRESQL_POSTGRES_PASSWORD'],
  },
  mysql: {
    user: ['MYSQL_USER'],
    password: ['MYSQL_PASSWORD'],
    database: ['MYSQL_DATABASE'],
    rootPassword: ['MYSQL_ROOT_PASSWORD'],
  },
  mariadb: {
    user: ['MARIADB_USER', 'MYSQL_USER'],
    password: ['MARIADB_PASSWORD', 'MYSQL_PASSWORD'],
    database: ['MARIADB_DATABASE', 'MYSQL_DATABASE'],
    rootPassword: ['MARIADB_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD'],
  },
  mongodb: {
    user: ['MONGO_INITDB_ROOT_USERNAME', 'MONGODB_ROOT_USER', 'MONGODB_USERNAME'],
    password: ['MONGO_INITDB_ROOT_PASSWORD', 'MONGODB_ROOT_PASSWORD', 'MONGODB_PASSWORD'],
    database: ['MONGO_INITDB_DATABASE', 'MONGODB_DATABASE'],
  },
  rabbitmq: {
    user: ['RABBITMQ_DEFAULT_USER', 'RABBITMQ_USERNAME'],
    password: ['RABBITMQ_DEFAULT_PASS', 'RABBITMQ_PASSWORD'],
    database: ['RABBITMQ_DEFAULT_VHOST', 'RABBITMQ_VHOST'],
  },
  redis: { password: ['REDIS_PASSWORD'] },
  valkey: { password: ['VALKEY_PASSWORD'] },
  minio: {
    user: ['MINIO_ROOT_USER', 'MINIO_ACCESS_KEY'],
    password: ['MINIO_ROOT_PASSWORD', 'MINIO_SECRET_KEY'],
    database: ['MINIO_DEFAULT_BUCKETS'],
  },
};

/** What the images do where nothing is said. */
const DEFAULTS: { readonly [builder in KnownServer['builder']]?: Account } = {
  postgres: { user: 'postgres' },
  mysql: { root: 'root' },
  mariadb: { root: 'root' },
  rabbitmq: { user: 'guest', password: 'guest', database: '/' },
  minio: { user: 'minioadmin', password: 'minioadmin' },
};

const KEYS = ['user', 'password', 'database', 'rootPassword'] as const;

export interface Accounts {
  /** With what the image does by itself. */
  readonly effective: Account;
  /** The variable each was read from, where one says it. */
  readonly variables: { readonly [key in (typeof KEYS)[number]]?: string };
}

export function accountOf(builder: KnownServer['builder'], environment: ReadonlyMap<string, string>): Accounts {
  const names = VARIABLES[builder] ?? {};
  const found = KEYS.flatMap((key) => {
    const variable = names[key]?.find((name) => environment.has(name));
    return variable === undefined ? [] : [[key, variable] as const];
  });
  const said = Object.fromEntries(found.map(([key, variable]) => [key, environment.get(variable) ?? '']));
  const account: Account = { ...DEFAULTS[builder], ...said };
  return {
    // Postgres names a database after its user.
    effective: builder === 'postgres' && account.user !== undefined ? { database: account.user, ...account } : account,
    variables: Object.fromEntries(found),
  };
}

/** Variables devstack sets itself, or has no use for. */
export function isTaken(builder: KnownServer['builder'], name: string): boolean {
  const known = Object.values(VARIABLES[builder] ?? {}).some((names) => names.includes(name));
  if (known || name.endsWith('_FILE')) return true;
  if (builder === 'postgres') return /^(PGDATA|POSTGRES_HOST_AUTH_METHOD)$/.test(name);
  if (builder === 'mysql' || builder === 'mariadb')
    return /^(MYSQL|MARIADB)_(ALLOW_EMPTY_PASSWORD|ALLOW_EMPTY_ROOT_PASSWORD|ROOT_HOST|RANDOM_ROOT_PASSWORD)$/.test(
      name,
    );
  if (builder === 'redis' || builder === 'valkey') return /^(ALLOW_EMPTY_PASSWORD|REDIS_REPLICATION_MODE)$/.test(name);
  if (builder === 'kafka') return true;
  return builder === 'mailpit' || (builder === 'rabbitmq' && name === 'RABBITMQ_ERLANG_COOKIE');
}
