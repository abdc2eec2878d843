import type { ResourceKind } from '../brand.ts';
import type { Check } from '../scope.ts';
import { text } from '../checks.ts';
import { record, shape } from '../shape.ts';
import { infraCommon } from './infra.ts';
import { addressed, common, native, taskOnly } from './process.ts';

/** Read one by one later. */
const later: Check<unknown> = (value) => value;

export const localOptions = shape({ resources: later, use: record(text), default: later });

const { env, envFile, autostart, image, command } = common;
const { dev, watch, buildDev, tty, restart } = native;
const { port, ports, healthcheck } = addressed;
const anywhere = { env, envFile, autostart, image, command, restart, healthcheck };

const service = shape({ ...anywhere, dev, watch, buildDev, tty, port, ports });
const worker = shape({ ...anywhere, dev, watch, buildDev, tty });
const task = shape({ env, envFile, autostart, ...taskOnly });
const container = shape({ ...anywhere, port, ports });
const server = shape({
  runtime: infraCommon.runtime,
  version: infraCommon.version,
  image: infraCommon.image,
  port: infraCommon.port,
  persist: infraCommon.persist,
  args: infraCommon.args,
  env,
  autostart,
});

/** What may be changed of a resource of a kind. */
export function changesOf(kind: ResourceKind): Check<object> {
  switch (kind) {
    case 'service':
      return service;
    case 'worker':
      return worker;
    case 'task':
      return task;
    case 'container':
      return container;
    case 'postgres':
    case 'mysql':
    case 'mariadb':
    case 'mongodb':
    case 'redis':
    case 'valkey':
    case 'rabbitmq':
    case 'nats':
    case 'kafka':
    case 'minio':
    case 'mailpit':
    case 'database':
      return server;
  }
}
