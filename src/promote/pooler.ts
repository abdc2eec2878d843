import { poolerOf } from '../config/poolers.ts';
import type { ContainerResource, Resource, Stack } from '../core/stack.ts';
import type { Planning } from './planning.ts';
import type { Value } from './value.ts';
import type { Workload } from './workload.ts';

const LIMITS = { cpu: 1_000, memory: 128 * 1024 * 1024 };
/** What Postgres takes unless its arguments say otherwise. */
const MAX_CONNECTIONS = 100;

export function poolersOf({ resources }: Stack): Planning['poolers'] {
  return new Map(
    resources.flatMap((resource) => {
      const pooler = poolerOf(resource);
      return pooler ? [[resource.name, pooler.name] as const] : [];
    }),
  );
}

/** What is to be said of it in the config's words. */
export function poolerNote(resource: Resource): string | undefined {
  const pooler = poolerOf(resource);
  if (pooler)
    return `services and workers talk to ${pooler.name} (${pooler.kind.engine}), tasks and directUrl to the server itself: ${pooler.kind.limits}`;
  const isWanted = resource.kind === 'container' && resource.settings.options['pooler'] === true;
  return isWanted
    ? 'it is elsewhere, and so is its pooler: none is made, and `deploy.external` can name one'
    : undefined;
}

/** Stands before a server whose config asks for it. */
export function poolerWorkload(
  resource: ContainerResource,
  server: Workload,
  { reader, baseImage }: Pick<Planning, 'reader' | 'baseImage'>,
): Workload | undefined {
  const pooler = poolerOf(resource);
  const [port] = server.ports;
  if (!pooler || !port) return undefined;
  const { name, kind } = pooler;
  const part = (of: string) => reader.lookup({ kind: 'resource', resource: resource.name, part: of })?.text ?? '';
  const env = kind.env({
    host: part('host'),
    port: port.number,
    user: part('user'),
    password: part('password'),
    database: part('database'),
    maxConnections: Number(/max_connections\s*=\s*(\d+)/.exec(resource.args.join(' '))?.[1] ?? MAX_CONNECTIONS),
  });
  const { health, user, group, writable } = kind.hardened;
  const { sharedMemoryBytes: _memory, command: _command, operated: _operated, ...common } = server;
  return {
    ...common,
    name,
    engine: kind.engine,
    standsBefore: resource.name,
    image: { kind: 'named', name: baseImage(kind.image) },
    env: Object.fromEntries(Object.entries(env).map(([key, text]): [string, Value] => [key, reader.parse(text)])),
    ports: [{ name: port.name, number: port.number, protocol: port.protocol }],
    ...(server.health && health.kind === 'command'
      ? { health: { ...server.health, check: { kind: 'command', argv: health.argv } } }
      : {}),
    needs: [{ on: resource.name, gate: 'ready' }],
    reaches: [resource.name],
    stop: { ...server.stop, signal: kind.stopSignal },
    given: [],
    cluster: {},
    limits: LIMITS,
    requests: {},
    volumes: {},
    files: {},
    confinement: { user, group, writable },
  };
}
