import type { InfraDeployOptions } from './deploy-options.ts';
import type { Healthcheck } from './health-options.ts';
import type { Ref } from './ref.ts';
import type { Env, Path } from './values.ts';

/**
 * Options of every server devstack knows.
 * @example
 * redis({ version: '8', port: 6379, persist: false })
 */
export interface InfraOptions {
  /** Image tag. Default: the version pinned by this release of devstack. */
  version?: string;
  /** Full image reference; wins over `version`. */
  image?: string;
  /** Where it runs in dev. Default: `'auto'`: Docker if its engine answers, else a server on this machine, else embedded. */
  runtime?: 'auto' | 'docker' | 'native' | 'embedded';
  /** Port on this machine in dev. Default: `'auto'`. */
  port?: number | 'auto';
  /** Keep data across `down`. Default: true. */
  persist?: boolean;
  /** File or folder to its place in the container: `{ './my.cnf': '/etc/mysql/conf.d/my.cnf' }`. */
  files?: Readonly<Record<string, Path>>;
  /** Variables of the container. */
  env?: Env;
  /** Arguments of the server. */
  args?: readonly string[];
  /** Default: devstack speaks the protocol of the server. */
  healthcheck?: Healthcheck;
  /** false: started only when asked for or needed. Default: true. */
  autostart?: boolean;
  /** A server for each instance of the stack, or one for all of them on this machine. Default: the stack's `infra`. */
  infra?: 'own' | 'shared';
  deploy?: InfraDeployOptions;
}

/**
 * Options of servers that hold databases.
 * @example
 * mysql({ database: 'shop', init: ['./schema.sql', './seed.sql'] })
 */
export interface SqlOptions extends InfraOptions {
  /** Default: the resource's name, with `_` for `-`. */
  database?: string;
  /** Default: `'app'`. */
  user?: string;
  /** Default: generated once, kept in `.devstack/`. */
  password?: string | Ref;
  /** SQL or shell files run on first start, in this order. */
  init?: string | readonly string[];
}

/**
 * Options of `postgres()`.
 * @example
 * postgres({ pooler: true })
 */
export interface PostgresOptions extends SqlOptions {
  /**
   * Put PgBouncer in front when promoted: services and workers get its address and share connections by transaction,
   * tasks get that of the server, and so does `directUrl`. Default: false.
   */
  pooler?: boolean;
}

/**
 * Options of `mongodb()`.
 * @example
 * mongodb({ replicaSet: true })
 */
export interface MongoOptions extends SqlOptions {
  /** Run as a replica set of one, which transactions and change streams need. Default: false. */
  replicaSet?: boolean;
}

/**
 * Options of `redis()` and `valkey()`.
 * @example
 * redis({ password: secret('REDIS_PASSWORD') })
 */
export interface KeyValueOptions extends InfraOptions {
  /** Default: none. */
  password?: string | Ref;
}

/**
 * Options of `rabbitmq()`.
 * @example
 * rabbitmq({ vhost: 'shop', plugins: ['rabbitmq_shovel'] })
 */
export interface RabbitMQOptions extends InfraOptions {
  /** Default: `'app'`. */
  user?: string;
  /** Default: generated once, kept in `.devstack/`. */
  password?: string | Ref;
  /** Virtual host. Default: `/`. */
  vhost?: string;
  plugins?: readonly string[];
  /** File of exchanges, queues and bindings, loaded at start. */
  definitions?: string;
}

/**
 * Options of `nats()`.
 * @example
 * nats({ jetstream: false })
 */
export interface NatsOptions extends InfraOptions {
  /** Default: true. */
  jetstream?: boolean;
}

/**
 * Options of `kafka()`.
 * @example
 * kafka({ topics: [{ name: 'orders', partitions: 3 }] })
 */
export interface KafkaOptions extends InfraOptions {
  /** Created at start: a name, or a name with partitions and settings. */
  topics?: readonly (string | { name: string; partitions?: number; config?: Readonly<Record<string, string>> })[];
}

/**
 * Options of `minio()`.
 * @example
 * minio({ buckets: ['uploads', 'exports'] })
 */
export interface MinioOptions extends InfraOptions {
  /** Created at start. */
  buckets?: readonly string[];
  /** Default: `'app'`. */
  accessKey?: string;
  /** Default: generated once, kept in `.devstack/`. */
  secretKey?: string | Ref;
}
