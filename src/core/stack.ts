import type { ConfigFile } from './config-file.ts';
import type { Deploy, Sidecar } from './deploy.ts';
import type { Template } from './ref.ts';
import type { ComposeChoices, KindChoices, KubernetesChoices } from './target-choices.ts';

/** The validated model of one `devstack.config.ts`: plain data, no builders, no functions. */
export interface Stack {
  readonly name: string;
  /** Absolute path of the folder the config file is in. */
  readonly root: string;
  /** Absolute path of the config file. */
  readonly file: string;
  /** In the order they were written. */
  readonly resources: readonly Resource[];
  /** Group name to the names of its members. */
  readonly groups: { readonly [group: string]: readonly string[] };
  /** What a bare `devstack up` starts. */
  readonly default: readonly string[];
  readonly logs: { readonly maxBytes: number };
  /** Of the terminal interface: a preset by name, or actions to keys. */
  readonly keys?: string | { readonly [action: string]: string };
  /** What becomes of it when its terminal goes away; it is stopped unless this says otherwise. */
  readonly onHangup?: 'stop' | 'keep';
  readonly compose?: ComposeChoices;
  readonly kubernetes?: KubernetesChoices;
  readonly kind?: KindChoices;
}

export type Resource = ProcessResource | TaskResource | ContainerResource;

/** What a dependent waits for. `started`: the run exists. `ready`: its probe passed. `done`: the task succeeded. */
export type Gate = 'started' | 'ready' | 'done';

export interface Dependency {
  readonly on: string;
  readonly gate: Gate;
}

export interface Port {
  /** `http` for the only port of a service. */
  readonly name: string;
  /** A number is strict: it is that port or a failure. */
  readonly port: number | 'auto';
  /** The variable that carries the number. */
  readonly env: string;
  readonly protocol: 'http' | 'https' | 'h2c' | 'tcp' | 'udp';
  /** The number inside a container: its own, or the one its image listens on once promoted. */
  readonly containerPort?: number;
}

export interface ProbeTiming {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

/** How to find out whether a resource works. `port` is the name of one of its ports. */
export type Check =
  | { readonly kind: 'http'; readonly path: string; readonly port: string }
  | { readonly kind: 'tcp'; readonly port: string }
  | { readonly kind: 'command'; readonly command: string | readonly string[] }
  | { readonly kind: 'log'; readonly pattern: string; readonly flags: string };

export type HealthCheck = Check & ProbeTiming;

export interface Health {
  readonly ready?: HealthCheck;
  readonly live?: HealthCheck;
  readonly startup?: HealthCheck;
}

export interface Watch {
  /** Absolute folder the patterns are relative to. */
  readonly base: string;
  /** Globs, folders or files below `base`. */
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly debounceMs: number;
}

export interface Build {
  readonly context: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly platform?: string;
  readonly args: { readonly [name: string]: Template };
  readonly secrets: { readonly [id: string]: Template };
}

export type Restart = 'on-failure' | 'always' | 'no';

interface Common {
  /** Lower case letters, digits and dashes: the name everywhere. */
  readonly name: string;
  /** Where it is created: `devstack.config.ts:12`. */
  readonly at: string;
  readonly autostart: boolean;
  /** Edges with a gate: these order start and stop. */
  readonly dependencies: readonly Dependency[];
  /** Resources that come up with this one, without order: addresses it reads. */
  readonly companions: readonly string[];
  readonly env: { readonly [name: string]: Template };
  readonly ports: readonly Port[];
  readonly health: Health;
  readonly stop: { readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT'; readonly graceMs: number };
  readonly build?: Build;
  readonly image?: string;
  /** Overrides the CMD of the image. */
  readonly command?: string | readonly string[];
  readonly links: { readonly [title: string]: Template };
  /** Files it reads in its container; there is none where it runs natively. */
  readonly configFiles?: readonly ConfigFile[];
  /** Where a browser reaches it in a cluster, for example `http://shop.localhost`; only when the config says so. */
  readonly ingressUrl?: string;
  readonly deploy?: Deploy;
  /** Containers next to it when it is promoted. */
  readonly sidecars?: readonly Sidecar[];
  /** Where a cluster asks for its metrics: the first of its ports unless one is named. */
  readonly metrics?: { readonly path: string; readonly port?: string };
  /** Options that count only when it is promoted and are not in here, by name. */
  readonly uncarried?: readonly string[];
}

interface Native {
  /** Absolute. */
  readonly cwd: string;
  /** Absolute paths of dotenv files, later wins; `env` wins over all. */
  readonly envFiles: readonly string[];
}

/** A long-running native process: a service (has addresses) or a worker (has none). */
export interface ProcessResource extends Common, Native {
  readonly kind: 'process';
  readonly role: 'service' | 'worker';
  /** The shell command of `dev`. */
  readonly run: string;
  readonly watch?: Watch;
  /** Shell command that must succeed before a restart on change. */
  readonly buildDev?: string;
  readonly restart: Restart;
  readonly successExitCodes: readonly number[];
  /** Restart this resource whenever one of these restarts. */
  readonly restartWith: readonly string[];
  readonly tty: boolean;
  /** Nothing is started: it runs there. */
  readonly elsewhere?: Elsewhere;
}

/** An address somebody else serves. */
export interface Elsewhere {
  /** Without a slash at its end. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** A command that runs once and is done. */
export interface TaskResource extends Common, Native {
  readonly kind: 'task';
  readonly run: string;
  readonly when: 'up' | 'manual';
  /** Cron expression of five fields, for targets that have a clock. */
  readonly schedule?: string;
  /** Globs below `cwd`; unchanged since the last success means nothing to do. */
  readonly inputs: readonly string[];
  readonly timeoutMs?: number;
  readonly retries: number;
  readonly successExitCodes: readonly number[];
  readonly restartWith: readonly string[];
}

export type EngineKind =
  | 'postgres'
  | 'mysql'
  | 'mariadb'
  | 'mongodb'
  | 'redis'
  | 'valkey'
  | 'rabbitmq'
  | 'nats'
  | 'kafka'
  | 'minio'
  | 'mailpit'
  | 'container';

export type RuntimeChoice = 'auto' | 'docker' | 'native' | 'embedded';

/** A server: infra of a known engine, or any image (`engine: 'container'`). */
export interface ContainerResource extends Common {
  readonly kind: 'container';
  readonly engine: EngineKind;
  readonly runtime: RuntimeChoice;
  /** What the user asked for, for example `17`; empty for `container`. */
  readonly version: string;
  readonly persist: boolean;
  /** Absolute host path to container path. */
  readonly files: { readonly [hostPath: string]: string };
  /** Volume name or absolute host path to container path. */
  readonly volumes: { readonly [source: string]: string };
  readonly args: readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly user?: string;
  readonly envFiles: readonly string[];
  readonly restart: Restart;
  readonly restartWith: readonly string[];
  readonly settings: InfraSettings;
  /** Whose server it is in dev; absent: the instance's own, as everywhere. */
  readonly infra?: InfraChoice;
}

/** `own`: the stack shares its servers, and this one cannot be. */
export type InfraChoice = { readonly kind: 'shared' } | { readonly kind: 'own'; readonly because: string };

/** What is special to an engine. Credentials are templates, since a password may be a secret. */
export interface InfraSettings {
  readonly user?: string;
  readonly password?: Template;
  readonly database?: string;
  /** Of `addDatabase`. */
  readonly databases: readonly string[];
  /** Absolute paths of init files. */
  readonly init: readonly string[];
  /** Engine options passed through as written (vhost, plugins, topics, buckets …). */
  readonly options: { readonly [name: string]: unknown };
  /** Instead of a server of ours. */
  readonly external?: Template;
}

/** What a resource is to a person: `service`, `task`, `postgres`. */
export function roleOf(resource: Resource): string {
  switch (resource.kind) {
    case 'process':
      return resource.elsewhere ? 'external' : resource.role;
    case 'task':
      return 'task';
    case 'container':
      return resource.engine;
  }
}

/** The resource of that name. Names come from a validated stack, so a miss is a bug. */
export function resourceOf(stack: Stack, name: string): Resource {
  const found = stack.resources.find((resource) => resource.name === name);
  if (!found) throw new Error(`no resource "${name}" in the stack`);
  return found;
}
