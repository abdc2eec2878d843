import type { DeployOptions } from './deploy-options.ts';
import type { Healthcheck } from './health-options.ts';
import type { Ref } from './ref.ts';
import type { Resource } from './resource.ts';
import type { CPU, Duration, Env, Memory, Path } from './values.ts';

/**
 * One named port.
 * @example
 * ports: { http: 'auto', grpc: { env: 'GRPC_PORT', protocol: 'h2c' } }
 */
export interface PortOptions {
  /** Port in dev, and in the container. Default: `'auto'`: a free one in dev, 8080 in containers. */
  port?: number | 'auto';
  /** Port in the container where that is fixed, as with most images of others. Default: `port`, or 8080 with `'auto'`. */
  containerPort?: number;
  /** Variable that carries the number. Default: `PORT` for the first, `<NAME>_PORT` for others. */
  env?: string;
  /** Default: `'http'`. */
  protocol?: 'http' | 'https' | 'h2c' | 'tcp' | 'udp';
}

/**
 * Ports by name: `{ http: 'auto', grpc: { env: 'GRPC_PORT', protocol: 'h2c' } }`.
 * @example
 * ports: { http: 3000, admin: 'auto' }
 */
export type Ports = Readonly<Record<string, number | 'auto' | PortOptions>>;

/**
 * The addresses of one port.
 * @example
 * env: { GRPC_ADDR: `${billing.endpoint('grpc').host}:${billing.endpoint('grpc').port}` }
 */
export interface Endpoint {
  /** For other resources: the address inside the target's network. */
  readonly url: Ref;
  readonly host: Ref;
  readonly port: Ref;
  /** For a browser on the developer's machine. */
  readonly publicUrl: Ref;
  /** `scheme://host:port` of `publicUrl`. A name only: never starts or orders anything (CORS, redirect lists). */
  readonly origin: Ref;
}

/**
 * How its image is built. Where nothing runs natively (no `dev`), `devstack up` builds it with the Docker engine, again
 * whenever what it is made of has changed. `.dockerignore` counts.
 * @example
 * build: { context: './web', args: { VITE_API_URL: api.publicUrl } }
 */
export interface BuildOptions {
  /** Folder sent to the builder. Default: the folder of the config file. */
  context?: string;
  /** Below `context`. Default: `Dockerfile`. */
  dockerfile?: string;
  target?: string;
  /** Stay readable in the image: no secrets. */
  args?: Env;
  /** Default: the engine's own. */
  platform?: string;
  /** For `RUN --mount=type=secret,id=…`, by id; they stay out of the image. Needs BuildKit. */
  secrets?: Readonly<Record<string, Ref>>;
}

/**
 * What causes a restart.
 * @example
 * watch: { paths: ['src', 'package.json'], ignore: 'src/generated', debounce: '200ms' }
 */
export interface WatchOptions {
  /** Globs, folders or files below `cwd`. */
  paths: string | readonly string[];
  ignore?: string | readonly string[];
  /** Wait for this much quiet before the restart. Default: `'10ms'`. */
  debounce?: Duration;
}

/**
 * A second container next to it when promoted.
 * @example
 * sidecars: [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0' }]
 */
export interface Sidecar {
  name: string;
  image: string;
  /** Overrides the image's CMD. */
  command?: string | readonly string[];
  /** Follow `command`; without it they are the CMD. */
  args?: readonly string[];
  env?: Env;
  resources?: { requests?: { cpu?: CPU; memory?: Memory }; limits?: { cpu?: CPU; memory?: Memory } };
}

/**
 * Options of everything that runs code of yours.
 * @example
 * { dev: 'npm run dev', cwd: './api', envFile: '.env', dependsOn: migrate, stopGracePeriod: '20s' }
 */
export interface ProcessOptions {
  /** Command run natively in dev, through the shell. Absent: the image runs in dev too. */
  dev?: string;
  /** Default: the folder of the config file. */
  cwd?: string;
  /** Variables; a function when it names something created further down. */
  env?: Env | (() => Env);
  /** dotenv files, relative to the config file; later wins, `env` wins over all. */
  envFile?: string | readonly string[];
  /** Start gate. Infra: healthy. Task: succeeded. Service: healthy, or started without a health check. */
  dependsOn?: Resource | readonly Resource[];
  /** Restart when these change, below `cwd`. Leave out when `dev` watches by itself. */
  watch?: string | readonly string[] | WatchOptions;
  /** Shell command that must succeed before a restart on change; until it does, the old process keeps running. */
  buildDev?: string;
  /** Folder or options; equal `build` is one image. */
  build?: string | BuildOptions;
  /** The image to run; with `build` what the built one is called. */
  image?: string;
  /** Overrides the image's CMD. */
  command?: string | readonly string[];
  /** Default: `'on-failure'`, with growing pauses; three fast exits end it. */
  restart?: 'on-failure' | 'always' | 'no';
  /** Restart whenever one of these restarts. */
  restartWith?: Resource | readonly Resource[];
  /** Exit codes that are no failure. Default: `[0]`. */
  successExitCodes?: readonly number[];
  /** Default: `'SIGTERM'`. */
  stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
  /** Time between the stop signal and KILL. Default: `'10s'`. */
  stopGracePeriod?: Duration;
  /** false: started only when asked for or needed. Default: true. */
  autostart?: boolean;
  /** Give `dev` a terminal. Default: false. */
  tty?: boolean;
  /** Titles to addresses worth opening. */
  links?: Readonly<Record<string, string | Ref>>;
  /**
   * Config files whose references are filled in per target: path in the container to text, or to data where it ends in
   * `.json`, `.yaml` or `.yml`. Without a `/` in front it is in the folder a generated image works in. In dev containers
   * get them, programs that run natively do not.
   */
  files?: Readonly<Record<string, string | object>>;
  /** Where metrics are scraped when promoted. */
  metrics?: { path: Path; port?: string };
  /** Containers next to it when promoted: they share its network, so each finds the other at `localhost`. */
  sidecars?: readonly Sidecar[];
  deploy?: DeployOptions;
}

/**
 * Options of `service()`.
 * @example
 * service({ dev: 'npm run dev', port: 3000, healthcheck: '/healthz' })
 */
export interface ServiceOptions extends ProcessOptions {
  /** Short for `ports: { http: … }`. Default: `'auto'`. A number is strict in dev. */
  port?: number | 'auto';
  ports?: Ports;
  healthcheck?: Healthcheck;
}

/**
 * Options of `worker()`.
 * @example
 * worker({ dev: 'node worker.js', healthcheck: { log: /waiting for orders/ } })
 */
export interface WorkerOptions extends ProcessOptions {
  healthcheck?: Healthcheck;
}

/**
 * Options of `task()`.
 * @example
 * task({ run: 'npm run migrate', inputs: 'migrations', timeout: '2m', retries: 1 })
 */
export interface TaskOptions extends Omit<
  ProcessOptions,
  'dev' | 'watch' | 'buildDev' | 'restart' | 'deploy' | 'metrics' | 'sidecars'
> {
  /** One-shot command; the same in every target. */
  run: string;
  /** Skip when these (globs below `cwd`) did not change since the last success. */
  inputs?: string | readonly string[];
  /** `'up'`: before its dependents, at every `up`. `'manual'`: only when asked for. Default: `'up'`, with `schedule` `'manual'`. */
  when?: 'up' | 'manual';
  /** Default: none. */
  timeout?: Duration;
  /** Further attempts after a failure. Default: 0. */
  retries?: number;
  /** Cron expression of five fields: a CronJob when promoted. */
  schedule?: string;
}

/**
 * Options of `container()`.
 * @example
 * container({ image: 'getmeili/meilisearch:v1.13', port: 7700, volumes: { search: '/meili_data' } })
 */
export interface ContainerOptions extends Omit<ProcessOptions, 'dev' | 'watch' | 'buildDev' | 'tty'> {
  /** Short for `ports: { http: … }`: the port in the container, and on this machine in dev. */
  port?: number | 'auto';
  ports?: Ports;
  /** Volume name, or path that begins with `.` or `/`, to its place in the container. */
  volumes?: Readonly<Record<string, Path>>;
  healthcheck?: Healthcheck;
  entrypoint?: string | readonly string[];
  user?: string;
}
