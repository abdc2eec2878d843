import { createLookup, serverAddress, type Facts } from '../../config/addresses.ts';
import { declaredNeeds, templatesOf } from '../../config/declared.ts';
import { environmentOf, resolveAll, type Environment } from '../../config/environment.ts';
import { fillFile, templatesIn } from '../../core/config-file.ts';
import type { GatewayNeed } from '../../core/gateway.ts';
import { resolveTemplate, type Lookup, type RefTarget, type Resolved, type Template } from '../../core/ref.ts';
import type { ContainerResource, Resource, Stack } from '../../core/stack.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { SecretStore } from '../../project/secrets.ts';
import type { Sharing } from './sharing.ts';

/** The name under which containers find this machine. */
const GATEWAY = 'host.docker.internal';

/** Numbers of ports on this machine, by `resource/port`. */
export type PortNumbers = Readonly<Record<string, number>>;

/** Every address, secret and parameter of a stack in dev, for those who ask. */
export interface Values {
  readonly native: Lookup;
  environmentOf(resource: Resource): Environment;
  resolve(template: Template): Resolved;
  /** Texts of the files a container reads, by their path in it; and the refs in them that have no value. */
  filesOf(resource: ContainerResource): {
    readonly files: Readonly<Record<string, string>>;
    readonly missing: readonly RefTarget[];
  };
  /** What the build of its image is given, for a container that is built here. */
  buildOf(resource: Resource): { readonly args: Environment; readonly secrets: Environment } | undefined;
  credentialsOf(
    resource: ContainerResource,
  ): { readonly user: string; readonly password: string; readonly database: string } | undefined;
  /** What a database of the config is called in dev. */
  databaseOf(resource: string, database: string): string;
  /** What leads the ordinary clients of a server to it, beside it in its container or on this machine. */
  clientOf(resource: ContainerResource, where: 'inside' | 'native'): ClientFacts;
  portsOf(resource: Resource): Readonly<Record<string, number>>;
  /** Where containers look for this machine, as far as it is known now what runs on it. */
  gatewayNeeds(): readonly GatewayNeed[];
  /** Everything that must not be shown, as far as it has been made up or given. */
  secrets(): readonly string[];
}

export interface ClientFacts {
  readonly env: Readonly<Record<string, string>>;
  /** By client. */
  readonly args: Readonly<Record<string, readonly string[]>>;
}

export interface ValuesOptions {
  readonly stack: Stack;
  readonly numbers: PortNumbers;
  readonly store: SecretStore;
  /** True once a server is known to run on this machine and not in a container. */
  readonly onHost: (resource: string) => boolean;
  /** Of servers that are not the instance's own. */
  readonly sharing?: Sharing;
}

export function createValues({ stack, numbers, store, onHost, sharing }: ValuesOptions): Values {
  const known = declaredNeeds(stack.resources);
  const databaseOf = (resource: string, database: string): string =>
    sharing?.names.has(resource) ? sharing.databaseOf(database) : database;
  const facts: Facts = {
    hostPort: (resource, port) => numbers[`${resource}/${port}`],
    secret: (name) => sharing?.password(name) ?? store.secret(name, known.secrets.get(name)?.generateLength),
    databaseOf,
    param: (name) => store.param(name, known.params.get(name)?.fallback),
    gateway: GATEWAY,
    onHost,
  };
  const native = createLookup(stack, { target: 'dev', kind: 'native' }, facts);
  const container = createLookup(stack, { target: 'dev', kind: 'container' }, facts);
  const resolve = (template: Template): Resolved => resolveTemplate(template, native).value;
  return {
    native,
    databaseOf,
    environmentOf: (resource) => environmentOf(resource, resource.kind === 'container' ? container : native, 'dev'),
    resolve,
    filesOf({ configFiles = [] }) {
      const missing: RefTarget[] = [];
      const textOf = (template: Template): string => {
        const own = resolveAll({ it: template }, container);
        missing.push(...own.missing);
        return own.env['it'] ?? '';
      };
      const files = configFiles.map(({ path, parts }) => [path, fillFile(parts, textOf)] as const);
      return { files: Object.fromEntries(files), missing };
    },
    buildOf({ kind, build }) {
      if (kind !== 'container' || !build) return undefined;
      // Addresses in it are for browsers, which run on this machine.
      return { args: resolveAll(build.args, native), secrets: resolveAll(build.secrets, native) };
    },
    credentialsOf({ name, settings }) {
      if (settings.user === undefined && settings.password === undefined) return undefined;
      const password = settings.password ? resolve(settings.password).text : '';
      return { user: settings.user ?? '', password, database: databaseOf(name, settings.database ?? '') };
    },
    clientOf(resource, where) {
      const address = serverAddress(stack, resource, { target: 'dev', kind: 'native' }, facts);
      if (resource.engine === 'container' || !address) return { env: {}, args: {} };
      const inside = { ...address, port: resource.ports[0]?.containerPort ?? address.port };
      const at = where === 'inside' ? inside : address;
      const kind = infraEngines[resource.engine];
      return { env: kind.clientEnv?.(at) ?? {}, args: kind.clientArguments?.(at) ?? {} };
    },
    portsOf: (resource) =>
      Object.fromEntries(
        resource.ports.flatMap(({ name }) => {
          const number = numbers[`${resource.name}/${name}`];
          return number === undefined ? [] : [[name, number] as const];
        }),
      ),
    gatewayNeeds: () =>
      stack.resources.flatMap((asker) =>
        asker.kind === 'container' && !onHost(asker.name)
          ? [...Object.values(asker.env), ...templatesIn(asker.configFiles)]
              .flatMap(refsInDev)
              .flatMap((ref) => gatewayNeed(asker.name, ref, container, numbers))
          : [],
      ),
    secrets: () =>
      stack.resources.flatMap((resource) =>
        templatesOf(resource).flatMap((template) => resolveTemplate(template, native).value.secrets),
      ),
  };
}

function refsInDev(template: Template): readonly RefTarget[] {
  return template.flatMap((part) => {
    if (typeof part === 'string') return [];
    return part.kind === 'per-target' ? refsInDev(part.values.dev ?? part.values.default ?? []) : [part];
  });
}

/** An address of this machine in an address, or in its host with the port beside it. */
function gatewayNeed(asker: string, ref: RefTarget, lookup: Lookup, numbers: PortNumbers): readonly GatewayNeed[] {
  if (ref.kind !== 'resource') return [];
  const text = lookup(ref)?.text ?? '';
  if (!text.includes(GATEWAY)) return [];
  const named = numbers[`${ref.resource}/${ref.part.slice(0, Math.max(0, ref.part.lastIndexOf('.')))}`];
  const first = Object.entries(numbers).find(([key]) => key.startsWith(`${ref.resource}/`))?.[1];
  const port = Number(text.split(`${GATEWAY}:`)[1]?.match(/^\d+/)?.[0] ?? named ?? first);
  return Number.isNaN(port) ? [] : [{ container: asker, resource: ref.resource, port }];
}
