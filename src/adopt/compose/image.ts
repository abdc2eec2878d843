import { infraEngines, type InfraKind } from '../../kinds/index.ts';

export interface Image {
  /** Without registry and tag: `bitnami/redis`. */
  readonly repository: string;
  /** With what stands before the tag. */
  readonly full: string;
  readonly tag?: string;
}

export function imageOf(text: string): Image {
  const [plain = ''] = text.split('@');
  const [, full = plain, tag] = /^(.*?)(?::([^/:]+))?$/.exec(plain) ?? [];
  const repository = full.replace(/^[^/]*[.:][^/]*\//, '').replace(/^library\//, '');
  return { repository, full: text, ...(tag === undefined || tag === 'latest' ? {} : { tag }) };
}

export interface KnownServer {
  readonly builder: InfraKind;
  /** The image is the one devstack uses itself, with a tag; or it is one of its own to be kept; or another replaces it. */
  readonly image: 'official' | 'kept' | 'replaced';
}

/** Besides those devstack takes itself. */
const KNOWN: readonly (readonly [RegExp, InfraKind, KnownServer['image']])[] = [
  [/^(postgis\/postgis|pgvector\/pgvector|ankane\/pgvector|timescale\/timescaledb(-ha)?)$/, 'postgres', 'kept'],
  [/^redis\/redis-stack(-server)?$/, 'redis', 'kept'],
  [/^apache\/kafka-native$/, 'kafka', 'official'],
  [
    /^(bitnami(legacy)?\/kafka|confluentinc\/(cp-kafka|cp-server|confluent-local)|wurstmeister\/kafka)$/,
    'kafka',
    'replaced',
  ],
  [/^(mailhog\/mailhog|maildev\/maildev|schickling\/mailcatcher)$/, 'mailpit', 'replaced'],
  [/^bitnami(legacy)?\/postgresql$/, 'postgres', 'replaced'],
  [/^bitnami(legacy)?\/mysql$/, 'mysql', 'replaced'],
  [/^bitnami(legacy)?\/mariadb$/, 'mariadb', 'replaced'],
  [/^bitnami(legacy)?\/mongodb$/, 'mongodb', 'replaced'],
  [/^bitnami(legacy)?\/redis$/, 'redis', 'replaced'],
  [/^bitnami(legacy)?\/valkey$/, 'valkey', 'replaced'],
  [/^bitnami(legacy)?\/rabbitmq$/, 'rabbitmq', 'replaced'],
  [/^bitnami(legacy)?\/nats$/, 'nats', 'replaced'],
  [/^bitnami(legacy)?\/minio$/, 'minio', 'replaced'],
];

export function knownServer({ repository }: Image): KnownServer | undefined {
  const own = Object.values(infraEngines).find(({ image }) => image('') === `${repository}:`);
  if (own && own.engine !== 'container') return { builder: own.engine, image: 'official' };
  const [, builder, image] = KNOWN.find(([pattern]) => pattern.test(repository)) ?? [];
  return builder === undefined || image === undefined ? undefined : { builder, image };
}

/** Images that only carry a language: what runs in them is a program of the project. */
const RUNTIME =
  /^(node|oven\/bun|denoland\/deno|python|golang|ruby|php|openjdk|eclipse-temurin|rust|maven|gradle|elixir|mcr\.microsoft\.com\/dotnet\/sdk|dotnet\/sdk|cosmtrek\/air)$/;

export const isRuntime = ({ repository }: Image): boolean => RUNTIME.test(repository);
