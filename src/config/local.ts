import { localKey, thisCopy } from './brand.ts';
import type { Stack } from './define.ts';
import type { InfraOptions } from './infra-options.ts';
import type { Infra } from './infra-resources.ts';
import { callerPlace } from './place.ts';
import type { ContainerOptions, ServiceOptions, TaskOptions, WorkerOptions } from './process-options.ts';
import type { Container, Service, Task, Worker } from './process-resources.ts';
import type { Env } from './values.ts';

type Process = 'env' | 'envFile' | 'autostart' | 'image' | 'command' | 'restart' | 'healthcheck';
type Native = 'dev' | 'watch' | 'buildDev' | 'tty';

/**
 * What may be another way for one resource in one checkout. Variables are merged into those of the config, and
 * `undefined` takes one away; every other option replaces the one of the config.
 * @example
 * const api: LocalChanges<Service> = { port: 4000, env: { LOG_LEVEL: 'debug' } };
 */
export type LocalChanges<R> = Readonly<
  R extends Service
    ? Pick<ServiceOptions, Process | Native | 'port' | 'ports'>
    : R extends Worker
      ? Pick<WorkerOptions, Process | Native>
      : R extends Task
        ? Pick<TaskOptions, 'run' | 'env' | 'envFile' | 'autostart' | 'when' | 'timeout'>
        : R extends Container
          ? Pick<ContainerOptions, Process | 'port' | 'ports'>
          : R extends Infra
            ? Pick<InfraOptions, 'runtime' | 'version' | 'image' | 'port' | 'persist' | 'args' | 'env' | 'autostart'>
            : { env?: Env; [option: string]: unknown }
>;

/**
 * What `defineLocal` takes.
 * @example
 * const local: Local = { resources: { db: { runtime: 'docker' } }, default: ['api'] };
 */
export interface Local<S extends Pick<Stack, 'resources'> = Stack> {
  /** By the names of the config; what they depend on stays as it is there. */
  resources?: { readonly [K in keyof S['resources']]?: LocalChanges<S['resources'][K]> };
  /** Resources that run another way here: from their image (`'container'`), or nowhere, with this address instead. */
  use?: { readonly [K in keyof S['resources']]?: 'container' | (string & {}) };
  /** What a bare `devstack up` starts here: resources and groups. */
  default?: readonly string[];
}

/**
 * Overrides of one checkout: export what it returns as the default of `devstack.local.ts`, beside the config and not in
 * git. Read in dev only: what is promoted is the config alone. With the type of the config, names and options complete.
 * @example
 * import type config from './devstack.config.ts';
 * export default defineLocal<typeof config>({ resources: { api: { env: { LOG_LEVEL: 'debug' } } } });
 */
export function defineLocal<S extends Pick<Stack, 'resources'> = Stack>(local: Local<S>): Local<S> {
  const branded = { ...local };
  Object.defineProperty(branded, localKey, { value: { copy: thisCopy(), place: callerPlace() } });
  return branded;
}
