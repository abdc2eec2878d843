import { resourceKey } from './brand.ts';
import { mergeOptions } from './merge.ts';
import type { ContainerOptions, ServiceOptions, TaskOptions, WorkerOptions } from './process-options.ts';
import { Container, Service, Task, Worker } from './process-resources.ts';

// None of these is generic or overloaded, on purpose: only so can two services refer to each other through
// `env: () => …` without annotations (TS7022).

/**
 * A long-running process with addresses. Needs `dev` (run natively) or `image`/`build` (run as a container).
 *
 * Values: `url`, `host`, `port`, `publicUrl`, `origin`; other ports with `endpoint(name)`. Defaults: one port `http`,
 * `'auto'`, handed over as `PORT`; restarted on failure; 10 s to stop.
 * @example
 * const api = service({ dev: 'npm run dev', env: { DATABASE_URL: db.url }, healthcheck: '/healthz' });
 */
export function service(options: ServiceOptions): Service {
  return new Service('service', options);
}

/**
 * A long-running process without addresses: queue consumers, schedulers, bundlers.
 * @example
 * const mailer = worker({ dev: 'node mailer.js', watch: 'src', env: { AMQP_URL: mq.url } });
 */
export function worker(options: WorkerOptions): Worker {
  return new Worker('worker', options);
}

/**
 * A command that runs once and is done: migrations, seeds. What depends on it waits until it has succeeded.
 * @example
 * const migrate = task({ run: 'npm run migrate', env: { DATABASE_URL: db.url }, inputs: 'migrations' });
 */
export function task(options: TaskOptions): Task {
  return new Task('task', options);
}

/**
 * A server from any image. What uses one of its values waits until it is healthy (or started, without a health check).
 * @example
 * const search = container({ image: 'getmeili/meilisearch:v1.13', port: 7700, healthcheck: '/health' });
 */
export function container(options: ContainerOptions): Container {
  return new Container('container', options);
}

type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * What `extend` may change of a resource.
 * @example
 * const changes: ChangesOf<Service> = { port: 4000 };
 */
export type ChangesOf<R> = R extends Service
  ? Changes<ServiceOptions>
  : R extends Worker
    ? Changes<WorkerOptions>
    : R extends Task
      ? Changes<TaskOptions>
      : R extends Container
        ? Changes<ContainerOptions>
        : never;

/**
 * A new resource like `base`, with other options. Unlike a spread it merges `env`, so no variable of the base is
 * lost; every other option is replaced, and `undefined` takes one away. The base need not be listed in `resources`.
 * @example
 * const processor = extend(app, { dev: 'npm run processor', env: { ROLE: 'processor' } });
 */
export function extend<R extends Service | Worker | Task | Container>(base: R, changes: ChangesOf<R>): R;
export function extend(
  base: Service | Worker | Task | Container,
  changes: object,
): Service | Worker | Task | Container {
  const options = mergeOptions(base[resourceKey].options, changes);
  if (base[resourceKey].kind === 'service') return new Service('service', options);
  if (base[resourceKey].kind === 'worker') return new Worker('worker', options);
  if (base[resourceKey].kind === 'task') return new Task('task', options);
  return new Container('container', options);
}
