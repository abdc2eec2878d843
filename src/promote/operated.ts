import { COPIES } from '../core/deploy.ts';
import type { ContainerResource } from '../core/stack.ts';
import { mongodbEngine } from '../kinds/mongodb.ts';
import { postgresEngine } from '../kinds/postgres.ts';
import { rabbitmqEngine } from '../kinds/rabbitmq.ts';
import { redisEngine } from '../kinds/redis.ts';
import { majorOf } from '../kinds/version.ts';
import type { Planning } from './planning.ts';

/** A server that an operator in the cluster runs, or a chart of others makes: what it is told instead of what an image is. */
export type Operated = Operation & {
  /** How many of it, each with a copy of the data. */
  readonly members: number;
};

type Operation =
  | {
      readonly operator: 'cloudnative-pg';
      readonly image: string;
      readonly user: string;
      readonly database: string;
      /** Those besides the first. */
      readonly databases: readonly string[];
      readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly operator: 'rabbitmq';
      readonly image: string;
      readonly vhost: string;
      readonly plugins: readonly string[];
    }
  | {
      readonly operator: 'mongodb';
      /** All three numbers of it, which the operator wants. */
      readonly version: string;
      readonly user: string;
      readonly databases: readonly string[];
    }
  | {
      readonly operator: 'redis';
      readonly image: string;
      /** Of those that watch it. */
      readonly sentinelImage: string;
      /** As `CONFIG SET` takes them. */
      readonly settings: readonly string[];
    }
  | {
      /** No operator at all: somebody installs the chart of others. */
      readonly operator: 'redis-chart';
      /** As the server takes them. */
      readonly flags: readonly string[];
    };

type Maker = (resource: ContainerResource, baseImage: Planning['baseImage'], say: (text: string) => void) => Operation;

const OPERATORS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['postgres', postgres],
  ['mongodb', mongodb],
  ['rabbitmq', rabbitmq],
  ['redis', redis],
]);
const CHARTS: ReadonlyMap<string, Maker> = new Map<string, Maker>([['redis', redisChart]]);

/** Undefined where it is not wished for, or nobody who could is known. */
export function operatedOf(resource: ContainerResource, planning: OperatedPlanning): Operated | undefined {
  const { deploy, engine, settings, files, env } = resource;
  const { target, baseImage, note } = planning;
  if (target !== 'kind' || (deploy?.mode !== 'operator' && deploy?.mode !== 'chart')) return undefined;
  const make = deploy.mode === 'chart' ? CHARTS.get(engine) : OPERATORS.get(engine);
  if (!make) {
    refuse(resource, deploy.mode, planning);
    return undefined;
  }
  if (engine === 'redis') keepName(resource, planning);
  const who = deploy.mode === 'chart' ? 'a chart of others makes it there' : 'an operator runs it there';
  const say = (text: string) => note(resource, `${text}: ${who}`);
  if (settings.init.length > 0) say('init is not carried over');
  if (Object.keys(files).length > 0) say('files are not carried over');
  if (Object.keys(env).length > 0) say('env is not carried over');
  return { ...make(resource, baseImage, say), members: deploy.replicas ?? COPIES };
}

type OperatedPlanning = Pick<Planning, 'target' | 'stack' | 'baseImage' | 'note' | 'problem'>;

function refuse(
  resource: ContainerResource,
  mode: 'operator' | 'chart',
  { note, problem }: Pick<Planning, 'note' | 'problem'>,
): void {
  const { name, engine } = resource;
  if (mode === 'chart')
    problem(
      resource,
      'no-chart',
      `${name}: deploy.mode 'chart' is for redis, and ${name} is ${engine}. Take mode out for a StatefulSet, or make it 'operator'.`,
    );
  else if (engine === 'valkey')
    problem(
      resource,
      'no-operator',
      `${name}: the operator of Redis has no images of Valkey. Take deploy.mode out for a StatefulSet, or make it redis('${name}').`,
    );
  else note(resource, `deploy.mode is not carried over: no operator for ${engine} is known, so a StatefulSet runs it`);
}

/** Of a Redis with copies: a Service of that name leads to all of its pods, also to those that refuse writes. */
export function highlyAvailableName(server: string): string {
  return `${server}-ha`;
}

function keepName(resource: ContainerResource, { stack, problem }: Pick<Planning, 'stack' | 'problem'>): void {
  const taken = stack.resources.find(({ name }) => name === highlyAvailableName(resource.name));
  if (!taken) return;
  const message = `${resource.name} has copies under the name ${taken.name} there, and another resource (${taken.at}) has that name. Rename one of the two.`;
  problem(resource, 'name-taken', message);
}

function postgres(
  { image, version, settings, args }: ContainerResource,
  baseImage: Planning['baseImage'],
  say: (text: string) => void,
): Operation {
  if (image !== undefined && image !== postgresEngine.image(version)) say(`image ${image} is not carried over`);
  const { parameters, others } = parametersOf(args);
  if (others.length > 0) say(`args ${others.join(' ')} are not carried over`);
  const { user = '', database = '', databases } = settings;
  // Images of the operator have the versions of the server, and are of one distribution.
  const [, number = postgresEngine.version] = /^v?(\d+(?:\.\d+)?)/.exec(version) ?? [];
  const own = baseImage(`ghcr.io/cloudnative-pg/postgresql:${number}`);
  return { operator: 'cloudnative-pg', image: own, user, database, databases, parameters };
}

function rabbitmq(
  { image, version, settings, args }: ContainerResource,
  baseImage: Planning['baseImage'],
  say: (text: string) => void,
): Operation {
  if (args.length > 0) say(`args ${args.join(' ')} are not carried over`);
  const { vhost, plugins } = settings.options;
  return {
    operator: 'rabbitmq',
    image: baseImage(image ?? rabbitmqEngine.image(version)),
    vhost: typeof vhost === 'string' ? vhost : '/',
    plugins: Array.isArray(plugins) ? plugins.map(String) : [],
  };
}

/** Releases that images of the operator's are there of. */
const MONGODB: Readonly<Record<string, string>> = { '6': '6.0.19', '7': '7.0.15', '8': '8.0.4' };

function mongodb(
  { image, version, settings, args }: ContainerResource,
  _baseImage: Planning['baseImage'],
  say: (text: string) => void,
): Operation {
  if (image !== undefined && image !== mongodbEngine.image(version)) say(`image ${image} is not carried over`);
  if (args.length > 0) say(`args ${args.join(' ')} are not carried over`);
  const { user = '', database = '', databases } = settings;
  const release = releaseOf(version, mongodbEngine.version, MONGODB, say);
  return { operator: 'mongodb', version: release, user, databases: [database, ...databases] };
}

/** Releases the operator has images of, which are made for it. */
const REDIS: Readonly<Record<string, string>> = { '6': '6.2.14', '7': '7.0.15', '8': '8.2.5' };

function redis(
  { image, version, args }: ContainerResource,
  baseImage: Planning['baseImage'],
  say: (text: string) => void,
): Operation {
  if (image !== undefined && image !== redisEngine.image(version)) say(`image ${image} is not carried over`);
  const { settings, others } = settingsOf(args);
  if (others.length > 0) say(`args ${others.join(' ')} are not carried over`);
  const release = releaseOf(version, redisEngine.version, REDIS, say);
  const named = (name: string) => baseImage(`quay.io/opstree/${name}:v${release}`);
  return { operator: 'redis', image: named('redis'), sentinelImage: named('redis-sentinel'), settings };
}

/** All of it is taken as it is; of less, the release known for it. */
function releaseOf(
  version: string,
  usual: string,
  known: Readonly<Record<string, string>>,
  say: (text: string) => void,
): string {
  const [whole] = /\d+\.\d+\.\d+/.exec(version) ?? [];
  if (whole !== undefined) return whole;
  const major = majorOf(version) ?? usual;
  const release = known[major] ?? `${major}.0.0`;
  const [minor = ''] = /\d+\.\d+/.exec(version) ?? [];
  if (!release.startsWith(minor)) say(`version ${version} becomes ${release}, or say all of it`);
  return release;
}

function redisChart({ args }: ContainerResource, _baseImage: Planning['baseImage'], say: (text: string) => void) {
  const { settings, others } = settingsOf(args);
  if (others.length > 0) say(`args ${others.join(' ')} are not carried over`);
  return { operator: 'redis-chart' as const, flags: settings.map((one) => `--${one}`) };
}

/** `--name value…`, as the server takes them. */
function settingsOf(args: readonly string[]): {
  readonly settings: readonly string[];
  readonly others: readonly string[];
} {
  const first = args.findIndex((word) => word.startsWith('--'));
  const own = first < 0 ? [] : args.slice(first);
  const starts = own.flatMap((word, index) => (word.startsWith('--') ? [index] : []));
  return {
    settings: starts.map((start, index) =>
      own
        .slice(start, starts[index + 1])
        .join(' ')
        .slice(2),
    ),
    others: first < 0 ? args : args.slice(0, first),
  };
}

/** `-c name=value`, as the server takes them. */
function parametersOf(args: readonly string[]): {
  readonly parameters: Readonly<Record<string, string>>;
  readonly others: readonly string[];
} {
  const parameters: Record<string, string> = {};
  const others: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const text = word === '-c' ? args[index + 1] : /^-c(.+)/.exec(word)?.[1];
    const [, name, value] = /^\s*([\w.]+)\s*=(.*)$/s.exec(text ?? '') ?? [];
    if (name === undefined || value === undefined) others.push(word);
    else {
      parameters[name] = value;
      if (word === '-c') index++;
    }
  }
  return { parameters, others };
}
