import type { Port } from '../../core/stack.ts';
import type { Branded } from '../brand.ts';
import { isResource } from '../brand.ts';
import {
  anyText,
  command,
  count,
  duration,
  either,
  flag,
  image,
  integer,
  list,
  oneOf,
  oneOrList,
  path,
  portNumber,
  text,
  wrong,
} from '../checks.ts';
import { env } from '../env-option.ts';
import type { Check } from '../scope.ts';
import { isPlain, record, shape } from '../shape.ts';
import { show } from '../show.ts';
import { refTemplate, template } from '../template.ts';
import { deploy, resources } from './deploy.ts';
import { configFiles } from './files.ts';
import { healthcheck } from './health.ts';

/** A resource of the stack; its name is looked up later. */
const resource: Check<Branded> = (value, at, scope) => {
  if (isResource(value)) return value;
  if (typeof value !== 'string') return wrong(at, scope, 'a resource', value);
  const message = `${at} must be a resource, not ${show(value, scope)}. Use the constant without quotes: ${value}`;
  scope.problem('wrong-type', at, message);
  return undefined;
};

const buildOptions = shape({
  context: text,
  dockerfile: text,
  target: text,
  args: env,
  platform: text,
  secrets: record(refTemplate),
});
export type WrittenBuild = NonNullable<ReturnType<typeof buildOptions>>;
const folderOnly: Check<WrittenBuild> = (value, at, scope) => {
  const context = text(value, at, scope);
  return context === undefined ? undefined : { context };
};

const watchOptions = shape({ paths: oneOrList(text), ignore: oneOrList(text), debounce: duration });
export type WrittenWatch = NonNullable<ReturnType<typeof watchOptions>>;
const watchPaths: Check<WrittenWatch> = (value, at, scope) => {
  const paths = oneOrList(text)(value, at, scope);
  return paths && { paths };
};

const portOptions = shape({
  port: portNumber,
  containerPort: integer(1, 65_535, 'a port number'),
  env: text,
  protocol: oneOf('http', 'https', 'h2c', 'tcp', 'udp'),
});
export type WrittenPort = {
  readonly port?: number | 'auto';
  readonly containerPort?: number;
  readonly env?: string;
  readonly protocol?: Port['protocol'];
};
const onePort: Check<WrittenPort> = (value, at, scope) => {
  if (isPlain(value)) return portOptions(value, at, scope);
  const port = portNumber(value, at, scope);
  return port === undefined ? undefined : { port };
};

export const addressed = { port: portNumber, ports: record(onePort), healthcheck } as const;

/** What a native process and a container have in common. */
export const common = {
  env,
  envFile: oneOrList(text),
  dependsOn: oneOrList(resource),
  restartWith: oneOrList(resource),
  build: either<WrittenBuild, WrittenBuild>((value) => typeof value === 'string', folderOnly, buildOptions),
  image,
  command,
  stopSignal: oneOf('SIGTERM', 'SIGINT', 'SIGQUIT'),
  stopGracePeriod: duration,
  autostart: flag,
  successExitCodes: list(integer(0, 255, 'an exit code (0 to 255)')),
  links: record(template),
  files: configFiles,
} as const;

const promoted = {
  metrics: shape({ path, port: text }),
  sidecars: list(shape({ name: text, image, command, args: list(anyText), env, resources })),
  deploy,
} as const;

export const native = {
  dev: text,
  cwd: text,
  watch: either<WrittenWatch, WrittenWatch>(
    (value) => typeof value === 'string' || Array.isArray(value),
    watchPaths,
    watchOptions,
  ),
  buildDev: text,
  tty: flag,
  restart: oneOf('on-failure', 'always', 'no'),
} as const;

const cron: Check<string> = (value, at, scope) =>
  typeof value === 'string' && /^\s*(?:[\w*/,?#-]+\s+){4}[\w*/,?#-]+\s*$/.test(value)
    ? value.trim()
    : wrong(at, scope, "a cron expression of five fields like '0 3 * * *'", value);

export const serviceOptions = shape({ ...common, ...native, ...promoted, ...addressed });
export const workerOptions = shape({ ...common, ...native, ...promoted, healthcheck });
export const taskOnly = { run: text, when: oneOf('up', 'manual'), timeout: duration } as const;
export const taskOptions = shape({
  ...common,
  ...taskOnly,
  cwd: text,
  tty: flag,
  inputs: oneOrList(text),
  retries: count,
  schedule: cron,
});
export const containerOptions = shape({
  ...common,
  ...promoted,
  ...addressed,
  cwd: text,
  restart: native.restart,
  volumes: record(path),
  entrypoint: command,
  user: text,
});

export type ServiceWritten = NonNullable<ReturnType<typeof serviceOptions>>;
export type WorkerWritten = NonNullable<ReturnType<typeof workerOptions>>;
export type TaskWritten = NonNullable<ReturnType<typeof taskOptions>>;
export type ContainerWritten = NonNullable<ReturnType<typeof containerOptions>>;
