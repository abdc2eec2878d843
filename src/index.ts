// What a devstack.config.ts may import; nothing else of this package is public.
export { defineConfig, each } from './config/define.ts';
export type { ComposeTarget, KindTarget, KubernetesTarget, Member, Stack } from './config/define.ts';
export {
  kafka,
  mailpit,
  mariadb,
  minio,
  mongodb,
  mysql,
  nats,
  postgres,
  rabbitmq,
  redis,
  valkey,
} from './config/infra-builders.ts';
export { container, extend, service, task, worker } from './config/process-builders.ts';
export type { ChangesOf } from './config/process-builders.ts';
export { defineLocal } from './config/local.ts';
export type { Local, LocalChanges } from './config/local.ts';
export { param, perTarget, secret } from './config/parameters.ts';
export type { ParamOptions, SecretOptions, TargetValues } from './config/parameters.ts';
export { resolve } from './config/resolve.ts';
export type { ResolvedResource, ResolvedStack } from './config/resolve.ts';
export type {
  Database,
  Infra,
  Kafka,
  KeyValue,
  Mailpit,
  Minio,
  Mongo,
  Nats,
  Postgres,
  PostgresDatabase,
  QueueScale,
  QueueTarget,
  RabbitMQ,
  SqlServer,
} from './config/infra-resources.ts';
export type {
  InfraOptions,
  KafkaOptions,
  KeyValueOptions,
  MinioOptions,
  MongoOptions,
  NatsOptions,
  PostgresOptions,
  RabbitMQOptions,
  SqlOptions,
} from './config/infra-options.ts';
export type { Addressable, Container, Service, Task, Worker } from './config/process-resources.ts';
export type {
  BuildOptions,
  ContainerOptions,
  Endpoint,
  PortOptions,
  Ports,
  ProcessOptions,
  ServiceOptions,
  Sidecar,
  TaskOptions,
  WatchOptions,
  WorkerOptions,
} from './config/process-options.ts';
export type {
  Autoscale,
  DeployOptions,
  InfraDeployOptions,
  IngressOptions,
  Permission,
  Resources,
} from './config/deploy-options.ts';
export type { Check, Healthcheck, HealthcheckOptions, SingleHealthcheck } from './config/health-options.ts';
export type { Resource } from './config/resource.ts';
export { Ref } from './config/ref.ts';
export type { CPU, Duration, Env, EnvValue, Memory, Path } from './config/values.ts';
