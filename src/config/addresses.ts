import type { Lookup, RefTarget, Resolved, Target } from '../core/ref.ts';
import { COPIES } from '../core/deploy.ts';
import { resolveTemplate } from '../core/ref.ts';
import { seenFrom } from '../core/use.ts';
import type { ContainerResource, Elsewhere, Port, Resource, Stack } from '../core/stack.ts';
import type { Address } from '../kinds/address.ts';
import { encodeForUrl } from '../kinds/address.ts';
import { infraEngines } from '../kinds/index.ts';
import { defaultHost } from './normalize/ingress.ts';
import { DEFAULT_CONTAINER_PORT } from './normalize/ports.ts';
import { poolerOf } from './poolers.ts';

/** Who reads an address: the same value has another text for each of them. */
export type Asker =
  | { readonly target: 'dev'; readonly kind: 'native' | 'container' }
  /** `isPooled`: to whom the pooler of a server is the server. */
  | { readonly target: 'compose'; readonly isPooled?: boolean }
  /** The namespace is the name of the stack unless given. */
  | { readonly target: 'kind'; readonly namespace?: string; readonly isPooled?: boolean };

/** What is known only while running. */
export interface Facts {
  /** The number of a port on this machine. */
  hostPort(resource: string, port: string): number | undefined;
  secret(name: string): string | undefined;
  param(name: string): string | undefined;
  /** Name under which a container reaches this machine. */
  readonly gateway: string;
  /** A server that runs on this machine instead of in a container (embedded, native). Default: none does. */
  onHost?(resource: string): boolean;
  /** What a database of the config is called in dev. Default: the same. */
  databaseOf?(resource: string, database: string): string;
}

/** A pure function from a ref to its text for one asker. */
export function createLookup(stack: Stack, asker: Asker, facts: Facts): Lookup {
  const resources = new Map(stack.resources.map((resource) => [resource.name, resource]));
  const lookup: Lookup = (ref) => {
    switch (ref.kind) {
      case 'secret': {
        const value = facts.secret(ref.name);
        return value === undefined ? undefined : { text: value, secrets: value === '' ? [] : [value] };
      }
      case 'param': {
        const value = facts.param(ref.name) ?? ref.fallback;
        return value === undefined ? undefined : { text: value, secrets: [] };
      }
      case 'per-target': {
        const template = ref.values[asker.target] ?? ref.values.default;
        if (!template) return undefined;
        const { value, missing } = resolveTemplate(template, lookup);
        return missing.length > 0 ? undefined : value;
      }
      case 'resource': {
        const resource = resources.get(ref.resource);
        return resource && valueOf(resource, ref.part, { stack, asker, facts, lookup });
      }
    }
  };
  return lookup;
}

interface World {
  readonly stack: Stack;
  readonly asker: Asker;
  readonly facts: Facts;
  readonly lookup: Lookup;
}

function valueOf(resource: Resource, part: string, world: World): Resolved | undefined {
  if (resource.kind !== 'container' || resource.engine === 'container') return portValue(resource, part, world);
  const { external } = resource.settings;
  if (external && world.asker.target !== 'dev') {
    if (part !== 'url' && part !== 'directUrl') return undefined; // a server elsewhere is known by its URL only
    const { value, missing } = resolveTemplate(external, world.lookup);
    return missing.length > 0 ? undefined : value;
  }
  return infraValue(resource, part, world);
}

/** Where `asker` finds a port: host and number. */
function spotOf(
  resource: Resource,
  port: Port,
  { stack, asker, facts }: World,
): { host: string; port: number } | undefined {
  const inside = port.containerPort ?? (port.port === 'auto' ? DEFAULT_CONTAINER_PORT : port.port);
  const pooler = asker.target !== 'dev' && asker.isPooled === true ? poolerOf(resource) : undefined;
  const { name } = pooler ?? resource;
  if (asker.target === 'compose') return { host: name, port: inside };
  if (asker.target === 'kind')
    return {
      host: `${name}.${asker.namespace ?? stack.name}.svc`,
      port: resource.deploy?.servicePorts?.[port.name] ?? inside,
    };
  const inContainer = resource.kind === 'container' && facts.onHost?.(resource.name) !== true;
  if (asker.kind === 'container' && inContainer) return { host: resource.name, port: inside };
  const number = facts.hostPort(resource.name, port.name);
  if (number === undefined) return undefined;
  return { host: asker.kind === 'container' ? facts.gateway : '127.0.0.1', port: number };
}

const schemes = { http: 'http', h2c: 'http', https: 'https', tcp: 'tcp', udp: 'udp' } as const;

/** `http.url`, `grpc.port` … of a service or container. */
function portValue(resource: Resource, part: string, world: World): Resolved | undefined {
  const dot = part.lastIndexOf('.');
  const port = resource.ports.find(({ name }) => name === part.slice(0, dot));
  if (!port) return undefined;
  const name = part.slice(dot + 1);
  if (resource.kind === 'process' && resource.elsewhere) {
    const isContainer = world.asker.target === 'dev' && world.asker.kind === 'container';
    return plain(elsewhereValue(resource.elsewhere, isContainer ? world.facts.gateway : undefined, name));
  }
  if (name === 'publicUrl' || name === 'origin') return plain(publicUrl(resource, port, world));
  const spot = spotOf(resource, port, world);
  if (!spot) return undefined;
  if (name === 'host') return plain(spot.host);
  if (name === 'port') return plain(String(spot.port));
  return name === 'url' ? plain(`${schemes[port.protocol]}://${spot.host}:${spot.port}`) : undefined;
}

function elsewhereValue(there: Elsewhere, gateway: string | undefined, name: string): string | undefined {
  const seen = seenFrom(there, gateway);
  switch (name) {
    case 'url':
      return seen.url;
    case 'host':
      return seen.host;
    case 'port':
      return String(seen.port);
    // A browser is on this machine, whoever tells it the address.
    case 'publicUrl':
      return there.url;
    case 'origin':
      return new URL(there.url).origin;
    default:
      return undefined;
  }
}

/** As a browser on the developer's machine reaches it. */
function publicUrl(resource: Resource, port: Port, { stack, asker, facts }: World): string | undefined {
  if (asker.target === 'kind') return resource.ingressUrl ?? `http://${defaultHost(resource.name, stack.name)}`;
  const number = facts.hostPort(resource.name, port.name);
  return number === undefined ? undefined : `${schemes[port.protocol]}://localhost:${number}`;
}

function plain(text: string | undefined): Resolved | undefined {
  return text === undefined ? undefined : { text, secrets: [] };
}

/** `url`, `password`, `database:billing.url` … of a server. */
function infraValue(resource: ContainerResource, part: string, world: World): Resolved | undefined {
  if (resource.engine === 'container') return undefined;
  const [, database, value = part] = /^database:(.+)\.(\w+)$/.exec(part) ?? [];
  const { values } = infraEngines[resource.engine];
  const render = Object.hasOwn(values, value) ? values[value] : undefined;
  const address = render && addressOf(resource, isDirect(part) ? pastPooler(world) : world);
  if (!render || !address) return undefined;
  const named = database === undefined ? address.database : databaseIn(resource, database, world);
  const text = render({ ...address, database: named });
  return { text, secrets: secretsIn(text, address.password) };
}

/** Leads to the server itself, whatever stands before it. */
export function isDirect(part: string): boolean {
  return /(?:^|\.)directUrl$/.test(part);
}

function pastPooler(world: World): World {
  return world.asker.target === 'dev' ? world : { ...world, asker: { ...world.asker, isPooled: false } };
}

/** All that the addresses of a server are made of, for one reader of them. */
export function serverAddress(
  stack: Stack,
  resource: ContainerResource,
  asker: Asker,
  facts: Facts,
): Address | undefined {
  return addressOf(resource, { stack, asker, facts, lookup: createLookup(stack, asker, facts) });
}

function addressOf(resource: ContainerResource, world: World): Address | undefined {
  const { settings, ports } = resource;
  const password = resolveTemplate(settings.password ?? [], world.lookup);
  const [main] = ports;
  const spot = main && spotOf(resource, main, world);
  if (!spot || password.missing.length > 0) return undefined;
  const numbers = (find: (port: Port) => number | undefined) =>
    Object.fromEntries(ports.map((port) => [port.name, find(port) ?? port.containerPort ?? 0]));
  const isKind = world.asker.target === 'kind';
  return {
    ...spot,
    user: settings.user ?? '',
    password: password.value.text,
    database: databaseIn(resource, settings.database ?? '', world),
    extraPorts: numbers((port) => spotOf(resource, port, world)?.port),
    publicPorts: numbers((port) => (isKind ? 80 : world.facts.hostPort(resource.name, port.name))),
    publicHost: isKind ? defaultHost(resource.name, world.stack.name) : 'localhost',
    options: settings.options,
    ...(isKind && resource.deploy?.mode === 'operator' && { copies: resource.deploy.replicas ?? COPIES }),
  };
}

function databaseIn({ name }: Resource, database: string, { facts }: World): string {
  return facts.databaseOf?.(name, database) ?? database;
}

/** The forms of a password that show up in a text: raw, and as URLs carry it. */
function secretsIn(text: string, password: string): readonly string[] {
  if (password === '') return [];
  return [...new Set([password, encodeForUrl(password)])].filter((form) => text.includes(form));
}

/** What is still unknown: a secret or parameter without a value, named rather than the value it is part of. */
export function valuesNeeded(stack: Stack, resource: Resource, target: Target): readonly RefTarget[] {
  const needed = new Map<string, RefTarget>();
  const servers = new Map(stack.resources.map((one) => [one.name, one]));
  const collect = (template: readonly (string | RefTarget)[]) => {
    for (const ref of template) {
      if (typeof ref === 'string') continue;
      if (ref.kind === 'per-target') collect(ref.values[target] ?? ref.values.default ?? []);
      if (ref.kind === 'secret' || ref.kind === 'param') needed.set(`${ref.kind} ${ref.name}`, ref);
      const server = ref.kind === 'resource' ? servers.get(ref.resource) : undefined;
      if (server?.kind === 'container') collect(server.settings.password ?? []);
    }
  };
  for (const template of Object.values(resource.env)) collect(template);
  if (resource.kind === 'container') collect(resource.settings.password ?? []);
  return [...needed.values()];
}
