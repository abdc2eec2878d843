import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ContainerResource } from '../core/stack.ts';
import { infraEngines } from '../kinds/index.ts';
import type { ContainerFacts, HealthProbe, InfraEngine } from '../kinds/kind.ts';
import { operatedOf } from './operated.ts';
import { amountsOf, clusterChoices, givenValue } from './planning.ts';
import type { Planning } from './planning.ts';
import type { Value } from './value.ts';
import { isSecret } from './value.ts';
import type { Workload, WorkloadHealth, WorkloadPort } from './workload.ts';

/** Of a server that is asked by what is in its own image, which takes a moment each time. */
const TIMING = { intervalMs: 5_000, timeoutMs: 10_000, retries: 12, startPeriodMs: 30_000 };
const USERLESS: ReadonlySet<string> = new Set(['nats', 'minio', 'mailpit']);
const LIMITS = { cpu: 1_000, memory: 1024 * 1024 * 1024 };

/** A server of a known engine; undefined where it is one of somebody else's. */
export function serverWorkload(resource: ContainerResource, planning: Planning): Workload | undefined {
  const { reader, note } = planning;
  if (resource.engine === 'container' || resource.settings.external) return undefined;
  const kind = infraEngines[resource.engine];
  const facts = factsOf(resource, kind, planning);
  const { hardened } = kind;
  const health = healthOf(hardened.health, resource, kind, planning.target === 'kind');
  const operated = operatedOf(resource, planning);
  if (!health) note(resource, 'its image has nothing that could ask how it is, so nobody waits until it is healthy');
  return {
    name: resource.name,
    at: resource.at,
    role: 'server',
    engine: resource.engine,
    ...(operated && { operated }),
    image: { kind: 'named', name: planning.baseImage(resource.image ?? kind.image(resource.version)) },
    ...(facts.command || resource.args.length > 0 ? { command: [...(facts.command ?? []), ...resource.args] } : {}),
    env: {
      ...Object.fromEntries(
        Object.entries(facts.env ?? {}).map(([name, text]): [string, Value] => [name, reader.parse(text)]),
      ),
      ...own(resource, planning),
    },
    ports: resource.ports.map((port) => portOf(port, resource, planning)),
    ...(health && { health }),
    needs: [],
    reaches: [],
    stop: resource.stop,
    restart: 'always',
    retries: 0,
    isManual: !resource.autostart,
    replicas: 1,
    given: resource.deploy?.given ?? [],
    cluster: clusterChoices(resource.deploy),
    ...amountsOf(
      resource.deploy,
      { ...LIMITS, ...resource.deploy?.resources?.limits },
      resource.deploy?.resources?.requests,
    ),
    volumes: resource.persist && facts.dataFolder !== undefined ? { [resource.name]: facts.dataFolder } : {},
    files: facts.files ?? {},
    ...(facts.sharedMemoryBytes !== undefined && { sharedMemoryBytes: facts.sharedMemoryBytes }),
    confinement: {
      // A new volume of an image without a user belongs to root, who has no rights besides here; a cluster's, to the group.
      ...(USERLESS.has(resource.engine) && planning.target !== 'kind'
        ? { user: 0, group: 0 }
        : { user: hardened.user, group: hardened.group }),
      writable: [
        ...hardened.writable,
        ...(facts.dataFolder !== undefined && !resource.persist ? [facts.dataFolder] : []),
      ],
    },
  };
}

/** What its image has to be told, with marks where secrets go. */
function factsOf(resource: ContainerResource, kind: InfraEngine, planning: Planning): ContainerFacts {
  const { reader } = planning;
  const { user = '', database = '', password } = resource.settings;
  const text = password?.map((part) => (typeof part === 'string' ? part : (reader.lookup(part)?.text ?? ''))).join('');
  const credentials = text === undefined ? undefined : { user, password: text, database };
  const spec = { resource, run: 0, env: {}, ports: {}, ...(credentials && { credentials }) };
  const host = reader.lookup({ kind: 'resource', resource: resource.name, part: 'host' })?.text ?? resource.name;
  const facts = kind.promoted ? kind.promoted(spec, host) : kind.container(spec);
  const mounted = Object.entries(facts.mounts ?? {}).map(
    ([from, to]) => [to, textOf(from, resource, planning)] as const,
  );
  const init = ['postgres', 'mysql', 'mariadb'].includes(resource.engine) ? initFiles(resource, planning) : [];
  const own = Object.entries(resource.files).map(([from, to]) => [to, textOf(from, resource, planning)] as const);
  const files = { ...facts.files, ...Object.fromEntries([...mounted, ...init, ...own]) };
  for (const [place, content] of Object.entries(files))
    if (isSecret(reader.parse(content))) throw new Error(`${resource.name}: ${place} would have a secret in it`);
  return { ...facts, files };
}

/** Run by the image when it makes its data. */
function initFiles(resource: ContainerResource, planning: Planning): readonly (readonly [string, string])[] {
  const folder = '/docker-entrypoint-initdb.d';
  return resource.settings.init.map((file, index) => {
    const name = `${String(index + 1).padStart(3, '0')}-${path.basename(file)}`;
    return [`${folder}/${name}`, textOf(file, resource, planning)] as const;
  });
}

/** What is written is text: a folder, or a compressed dump, cannot be carried over. */
function textOf(file: string, resource: ContainerResource, { problem }: Planning): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    const message = `${resource.name}: ${file} is no text, and only texts are carried over. Mount it with compose.override.yaml, and name it in dev only.`;
    problem(resource, 'not-text', message);
    return '';
  }
}

function own(resource: ContainerResource, planning: Planning): { readonly [name: string]: Value } {
  return Object.fromEntries(
    Object.entries(resource.env).flatMap(([name, template]): [string, Value][] => {
      const value = givenValue(resource, name, template, planning);
      return value ? [[name, value]] : [];
    }),
  );
}

function portOf(
  { name, protocol, containerPort = 0 }: ContainerResource['ports'][number],
  resource: ContainerResource,
  { isFrontDoor }: Planning,
): WorkloadPort {
  const isPage = protocol === 'http' && isFrontDoor(resource, name);
  const outside = isPage ? { outside: { number: containerPort, isPublic: resource.deploy?.public === true } } : {};
  return { name, number: containerPort, protocol, ...outside };
}

function healthOf(
  probe: HealthProbe,
  resource: ContainerResource,
  kind: InfraEngine,
  isAskedFromOutside: boolean,
): WorkloadHealth | undefined {
  if (probe.kind === 'command') return { ...TIMING, check: { kind: 'command', argv: probe.argv } };
  // These images have no shell, nor anything else that could ask.
  if (!isAskedFromOutside && (kind.engine === 'nats' || kind.engine === 'minio')) return undefined;
  const number = resource.ports.find(({ name }) => name === probe.port)?.containerPort ?? 0;
  return { ...TIMING, check: { kind: 'http', scheme: 'http', path: probe.path, port: number, tool: 'any' } };
}
