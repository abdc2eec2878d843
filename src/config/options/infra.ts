import type { InfraKind } from '../../kinds/index.ts';
import { anyText, either, flag, image, list, oneOf, oneOrList, path, portNumber, positive, text } from '../checks.ts';
import { env } from '../env-option.ts';
import type { Shape } from '../shape.ts';
import { record, shape } from '../shape.ts';
import { template } from '../template.ts';
import { infraDeploy } from './infra-deploy.ts';
import { healthcheck } from './health.ts';

export const infraCommon = {
  version: text,
  image,
  runtime: oneOf('auto', 'docker', 'native', 'embedded'),
  port: portNumber,
  persist: flag,
  files: record(path),
  env,
  args: list(anyText),
  healthcheck,
  autostart: flag,
  infra: oneOf('own', 'shared'),
  deploy: infraDeploy,
} as const;

const sql = { database: text, user: text, password: template, init: oneOrList(text) } as const;

const topic = either<string, { readonly name?: string }>(
  (value) => typeof value === 'string',
  text,
  shape({ name: text, partitions: positive, config: record(anyText) }),
);

/** Options that only some engines have; handed to the driver as written. */
const special = {
  postgres: { pooler: flag },
  mysql: {},
  mariadb: {},
  mongodb: { replicaSet: flag },
  redis: {},
  valkey: {},
  rabbitmq: { vhost: text, plugins: list(text), definitions: text },
  nats: { jetstream: flag },
  kafka: { topics: list(topic) },
  minio: { buckets: list(text) },
  mailpit: {},
} as const satisfies { readonly [kind in InfraKind]: Shape };

/** The names of the special options of an engine. */
export function specialOptions(kind: InfraKind): readonly string[] {
  return Object.keys(special[kind]);
}

const plain = shape(infraCommon);
export type InfraWritten = NonNullable<ReturnType<typeof plain>> & {
  readonly database?: string;
  readonly user?: string;
  readonly password?: NonNullable<ReturnType<typeof template>>;
  readonly init?: readonly string[];
  readonly accessKey?: string;
  readonly secretKey?: NonNullable<ReturnType<typeof template>>;
};

export const infraOptions = {
  postgres: shape({ ...infraCommon, ...sql, ...special.postgres }),
  mysql: shape({ ...infraCommon, ...sql }),
  mariadb: shape({ ...infraCommon, ...sql }),
  mongodb: shape({ ...infraCommon, ...sql, ...special.mongodb }),
  redis: shape({ ...infraCommon, password: template }),
  valkey: shape({ ...infraCommon, password: template }),
  rabbitmq: shape({ ...infraCommon, user: text, password: template, ...special.rabbitmq }),
  nats: shape({ ...infraCommon, ...special.nats }),
  kafka: shape({ ...infraCommon, ...special.kafka }),
  minio: shape({ ...infraCommon, accessKey: text, secretKey: template, ...special.minio }),
  mailpit: shape(infraCommon),
} as const;
