import type { ContainerResource } from '../core/stack.ts';
import { postgresEngine } from '../kinds/postgres.ts';
import type { Planning } from './planning.ts';

/** A server that an operator in the cluster runs: what it is told instead of what an image is. */
export interface Operated {
  readonly operator: 'cloudnative-pg';
  readonly image: string;
  /** How many of it, each with a copy of the data. */
  readonly members: number;
  readonly user: string;
  readonly database: string;
  /** Those besides the first. */
  readonly databases: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

const MEMBERS = 3;

/** Undefined where it is not wished for, or no operator for its kind is known. */
export function operatedOf(
  resource: ContainerResource,
  { target, baseImage, note }: Pick<Planning, 'target' | 'baseImage' | 'note'>,
): Operated | undefined {
  const { deploy, engine, settings } = resource;
  if (target !== 'kind' || deploy?.mode !== 'operator') return undefined;
  if (engine !== 'postgres') {
    note(resource, `deploy.mode is not carried over: no operator for ${engine} is known, so a StatefulSet runs it`);
    return undefined;
  }
  const say = (text: string) => note(resource, `${text}: an operator runs it there`);
  if (settings.init.length > 0) say('init is not carried over');
  if (Object.keys(resource.files).length > 0) say('files are not carried over');
  if (Object.keys(resource.env).length > 0) say('env is not carried over');
  if (resource.image !== undefined && resource.image !== postgresEngine.image(resource.version))
    say(`image ${resource.image} is not carried over`);
  const { parameters, others } = parametersOf(resource.args);
  if (others.length > 0) say(`args ${others.join(' ')} are not carried over`);
  const { user = '', database = '', databases } = settings;
  const members = deploy.replicas ?? MEMBERS;
  return {
    operator: 'cloudnative-pg',
    image: imageOf(resource, baseImage),
    members,
    user,
    database,
    databases,
    parameters,
  };
}

/** Images of the operator have the versions of the server, and are of one distribution. */
function imageOf({ version }: ContainerResource, baseImage: Planning['baseImage']): string {
  const [, number = postgresEngine.version] = /^v?(\d+(?:\.\d+)?)/.exec(version) ?? [];
  return baseImage(`ghcr.io/cloudnative-pg/postgresql:${number}`);
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
