import type { EngineKind } from '../core/stack.ts';
import type { InfraEngine } from './kind.ts';
import { kafkaEngine } from './kafka.ts';
import { mailpitEngine } from './mailpit.ts';
import { mariadbEngine } from './mariadb.ts';
import { minioEngine } from './minio.ts';
import { mongodbEngine } from './mongodb.ts';
import { mysqlEngine } from './mysql.ts';
import { natsEngine } from './nats.ts';
import { postgresEngine } from './postgres.ts';
import { rabbitmqEngine } from './rabbitmq.ts';
import { redisEngine } from './redis.ts';
import { valkeyEngine } from './valkey.ts';

/** A server whose protocol devstack knows; `container` is any image. */
export type InfraKind = Exclude<EngineKind, 'container'>;

export const infraEngines: { readonly [kind in InfraKind]: InfraEngine } = {
  postgres: postgresEngine,
  mysql: mysqlEngine,
  mariadb: mariadbEngine,
  mongodb: mongodbEngine,
  redis: redisEngine,
  valkey: valkeyEngine,
  rabbitmq: rabbitmqEngine,
  nats: natsEngine,
  kafka: kafkaEngine,
  minio: minioEngine,
  mailpit: mailpitEngine,
};
