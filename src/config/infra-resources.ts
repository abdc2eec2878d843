import type { Branded, ResourceKind } from './brand.ts';
import { resourceKey, scaleKey } from './brand.ts';
import type { Ref } from './ref.ts';
import { Resource, valueOf } from './resource.ts';

/**
 * How much may wait before another replica starts.
 * @example
 * mq.queueDepth('orders', { target: 20, activation: 1 })
 */
export interface QueueTarget {
  /** Messages per replica. */
  target: number;
  /** Number of messages that wakes the service from zero. Default: 1. */
  activation?: number;
}

/**
 * What `autoscale.queue` takes: made by `queueDepth`, `consumerLag` and `listLength`.
 * @example
 * const queue: QueueScale = mq.queueDepth('orders', { target: 20 });
 */
export class QueueScale {
  declare protected readonly brand: 'queue';
  /** @internal */
  readonly [scaleKey]: { readonly source: Branded; readonly key: string; readonly target: QueueTarget };

  /** @internal */
  constructor(source: Branded, key: string, target: QueueTarget) {
    this[scaleKey] = { source, key, target };
  }
}

/**
 * A server devstack knows how to start and to reach.
 * @example
 * env: { REDIS_ADDR: `${cache.host}:${cache.port}` }
 */
export abstract class Infra extends Resource {
  /** Address with scheme, user and password. */
  readonly url: Ref;
  readonly host: Ref;
  readonly port: Ref;

  /** @internal */
  constructor(kind: ResourceKind, options: object, database?: { readonly server: Branded; readonly name: string }) {
    super(kind, options, database?.server);
    const [owner, prefix] = database ? [database.server, `database:${database.name}.`] : [this, ''];
    this.url = valueOf(owner, `${prefix}url`);
    this.host = valueOf(owner, `${prefix}host`);
    this.port = valueOf(owner, `${prefix}port`);
  }
}

/**
 * A database: of a server, or one more made with `addDatabase`.
 * @example
 * const billing = db.addDatabase('billing'); // billing.url, billing.database
 */
export class Database extends Infra {
  readonly user: Ref;
  readonly password: Ref;
  readonly database: Ref;
  /** For JDBC drivers; without user and password. */
  readonly jdbcUrl: Ref;

  /** @internal */
  constructor(kind: ResourceKind, options: object, database?: { readonly server: Branded; readonly name: string }) {
    super(kind, options, database);
    const [owner, prefix] = database ? [database.server, `database:${database.name}.`] : [this, ''];
    this.user = valueOf(owner, `${prefix}user`);
    this.password = valueOf(owner, `${prefix}password`);
    this.database = valueOf(owner, `${prefix}database`);
    this.jdbcUrl = valueOf(owner, `${prefix}jdbcUrl`);
  }
}

/**
 * A server that can hold several databases.
 * @example
 * env: { DATABASE_URL: db.url, BILLING_URL: db.addDatabase('billing').url }
 */
export class SqlServer extends Database {
  /**
   * One more database on this server, owned by the same user and made at first start.
   * @example
   * const billing = service({ dev: 'go run .', env: { DATABASE_URL: db.addDatabase('billing').url } });
   */
  addDatabase(name: string): Database {
    this[resourceKey].databases.push(name);
    return new Database('database', {}, { server: this, name });
  }
}

/**
 * A database of a Postgres server.
 * @example
 * env: { DATABASE_URL: billing.url, DIRECT_URL: billing.directUrl }
 */
export class PostgresDatabase extends Database {
  /** `url` past the pooler, for what needs a session: LISTEN, locks, migrations at start. The same without a pooler. */
  readonly directUrl: Ref;

  /** @internal */
  constructor(database: { readonly server: Branded; readonly name: string }) {
    super('database', {}, database);
    this.directUrl = valueOf(database.server, `database:${database.name}.directUrl`);
  }
}

/**
 * A Postgres server.
 * @example
 * env: { DATABASE_URL: db.url, LISTENER_URL: db.directUrl }
 */
export class Postgres extends SqlServer {
  /** `url` past the pooler, for what needs a session: LISTEN, locks, migrations at start. The same without a pooler. */
  readonly directUrl: Ref = valueOf(this, 'directUrl');

  override addDatabase(name: string): PostgresDatabase {
    this[resourceKey].databases.push(name);
    return new PostgresDatabase({ server: this, name });
  }
}

/**
 * A MongoDB server.
 * @example
 * env: { MONGO_URL: docs.url }
 */
export class Mongo extends Database {
  declare protected readonly brand: 'mongo';
}

/**
 * A Redis or Valkey server.
 * @example
 * autoscale: { max: 5, queue: cache.listLength('jobs', { target: 100 }) }
 */
export class KeyValue extends Infra {
  readonly password: Ref = valueOf(this, 'password');

  /** Scale on the length of a list. */
  listLength(key: string, target: QueueTarget): QueueScale {
    return new QueueScale(this, key, target);
  }
}

/**
 * A RabbitMQ server.
 * @example
 * env: { AMQP_URL: mq.url }
 */
export class RabbitMQ extends Infra {
  readonly user: Ref = valueOf(this, 'user');
  readonly password: Ref = valueOf(this, 'password');
  readonly managementUrl: Ref = valueOf(this, 'managementUrl');

  /** Scale on the number of messages in a queue. */
  queueDepth(queue: string, target: QueueTarget): QueueScale {
    return new QueueScale(this, queue, target);
  }
}

/**
 * A NATS server.
 * @example
 * env: { NATS_URL: bus.url }
 */
export class Nats extends Infra {
  readonly monitoringUrl: Ref = valueOf(this, 'monitoringUrl');

  /** Scale on what a JetStream consumer has not taken yet. */
  consumerLag(stream: string, consumer: string, target: QueueTarget): QueueScale {
    return new QueueScale(this, `${stream}/${consumer}`, target);
  }
}

/**
 * A Kafka broker.
 * @example
 * env: { KAFKA_BROKERS: events.brokers }
 */
export class Kafka extends Infra {
  /** `host:port` list for `bootstrap.servers`. */
  readonly brokers: Ref = valueOf(this, 'brokers');

  /** Scale on what a consumer group has not taken yet. */
  consumerLag(topic: string, group: string, target: QueueTarget): QueueScale {
    return new QueueScale(this, `${topic}/${group}`, target);
  }
}

/**
 * An S3 server.
 * @example
 * env: { S3_ENDPOINT: files.url, S3_KEY: files.accessKey, S3_SECRET: files.secretKey, S3_REGION: files.region }
 */
export class Minio extends Infra {
  readonly accessKey: Ref = valueOf(this, 'accessKey');
  readonly secretKey: Ref = valueOf(this, 'secretKey');
  readonly region: Ref = valueOf(this, 'region');
  /** The web console, for a browser. */
  readonly consoleUrl: Ref = valueOf(this, 'consoleUrl');
  /** The S3 endpoint, for a browser. */
  readonly publicUrl: Ref = valueOf(this, 'publicUrl');
}

/**
 * A mail server that keeps what it is sent.
 * @example
 * env: { SMTP_URL: mail.smtpUrl }
 */
export class Mailpit extends Infra {
  /** `smtp://host:port`. */
  readonly smtpUrl: Ref = valueOf(this, 'smtpUrl');
  /** The inbox, for a browser. */
  readonly webUrl: Ref = valueOf(this, 'webUrl');
}
