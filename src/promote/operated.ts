import type { ContainerResource } from '../core/stack.ts';
import { mongodbEngine } from '../kinds/mongodb.ts';
import { postgresEngine } from '../kinds/postgres.ts';
import { rabbitmqEngine } from '../kinds/rabbitmq.ts';
import { majorOf } from '../kinds/version.ts';
import type { Planning } from './planning.ts';

/** A server that an operator in the cluster runs: what it is told instead of what an image is. */
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
    };

type Maker = (resource: ContainerResource, baseImage: Planning['baseImage'], say: (text: string) => void) => Operation;

const OPERATORS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['postgres', postgres],
  ['mongodb', mongodb],
  ['rabbitmq', rabbitmq],
]);

const MEMBERS = 3;

/** Undefined where it is not wished for, or no operator for its kind is known. */
export function operatedOf(
  resource: ContainerResource,
  { target, baseImage, note }: Pick<Planning, 'target' | 'baseImage' | 'note'>,
): Operated | undefined {
  const { deploy, engine, settings, files, env } = resource;
  if (target !== 'kind' || deploy?.mode !== 'operator') return undefined;
  const make = OPERATORS.get(engine);
  if (!make) {
    note(resource, `deploy.mode is not carried over: no operator for ${engine} is known, so a StatefulSet runs it`);
    return undefined;
  }
  const say = (text: string) => note(resource, `${text}: an operator runs it there`);
  if (settings.init.length > 0) say('init is not carried over');
  if (Object.keys(files).length > 0) say('files are not carried over');
  if (Object.keys(env).length > 0) say('env is not carried over');
  return { ...make(resource, baseImage, say), members: deploy.replicas ?? MEMBERS };
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
  const [whole] = /\d+\.\d+\.\d+/.exec(version) ?? [];
  const major = majorOf(version) ?? mongodbEngine.version;
  const release = whole ?? MONGODB[major] ?? `${major}.0.0`;
  return { operator: 'mongodb', version: release, user, databases: [database, ...databases] };
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
