import * as infra from './infra-resources.ts';
import type * as options from './infra-options.ts';

/**
 * A PostgreSQL server with one database. Without Docker, a real embedded one.
 *
 * Values: `url` (`postgresql://…`), `host`, `port`, `user`, `password`, `database`, `jdbcUrl`,
 * `directUrl`; more databases with `addDatabase()`. Defaults: version 17, user `app`, generated password, data kept.
 * @example
 * const db = postgres({ version: '17', init: './schema.sql' });
 */
export function postgres(options: options.PostgresOptions = {}): infra.Postgres {
  return new infra.Postgres('postgres', options);
}

/**
 * A MySQL server with one database. Defaults: version 8.4, user `app`, generated password, data kept.
 * @example
 * const db = mysql({ database: 'shop' });
 */
export function mysql(options: options.SqlOptions = {}): infra.SqlServer {
  return new infra.SqlServer('mysql', options);
}

/**
 * A MariaDB server with one database; `url` has the scheme `mysql://`. Defaults: version 11.8, user `app`.
 * @example
 * const db = mariadb();
 */
export function mariadb(options: options.SqlOptions = {}): infra.SqlServer {
  return new infra.SqlServer('mariadb', options);
}

/**
 * A MongoDB server. `replicaSet: true` for transactions and change streams. Defaults: version 8, user `app`.
 * @example
 * const docs = mongodb({ replicaSet: true });
 */
export function mongodb(options: options.MongoOptions = {}): infra.Mongo {
  return new infra.Mongo('mongodb', options);
}

/**
 * A Redis server, without a password unless one is given. Default version: 8.
 * @example
 * const cache = redis({ persist: false });
 */
export function redis(options: options.KeyValueOptions = {}): infra.KeyValue {
  return new infra.KeyValue('redis', options);
}

/**
 * A Valkey server; `url` has the scheme `redis://`, which clients know. Default version: 8.
 * @example
 * const cache = valkey();
 */
export function valkey(options: options.KeyValueOptions = {}): infra.KeyValue {
  return new infra.KeyValue('valkey', options);
}

/**
 * A RabbitMQ server with its management pages. Defaults: version 4, user `app`, generated password.
 * @example
 * const mq = rabbitmq({ vhost: 'shop' });
 */
export function rabbitmq(options: options.RabbitMQOptions = {}): infra.RabbitMQ {
  return new infra.RabbitMQ('rabbitmq', options);
}

/**
 * A NATS server, with JetStream unless `jetstream: false`. Default version: 2.
 * @example
 * const bus = nats();
 */
export function nats(options: options.NatsOptions = {}): infra.Nats {
  return new infra.Nats('nats', options);
}

/**
 * A Kafka broker (KRaft). `brokers` is the `host:port` each reader can reach. Default version: 4.
 * @example
 * const events = kafka({ topics: ['orders', { name: 'audit', partitions: 3 }] });
 */
export function kafka(options: options.KafkaOptions = {}): infra.Kafka {
  return new infra.Kafka('kafka', options);
}

/**
 * An S3 server. `url` is for services, `publicUrl` for browsers. Buckets are made at start.
 * @example
 * const files = minio({ buckets: ['uploads'] });
 */
export function minio(options: options.MinioOptions = {}): infra.Minio {
  return new infra.Minio('minio', options);
}

/**
 * A mail server that keeps what it is sent; read it at `webUrl`.
 * @example
 * const mail = mailpit();
 */
export function mailpit(options: options.InfraOptions = {}): infra.Mailpit {
  return new infra.Mailpit('mailpit', options);
}
