import type { Adopted, AdoptedStack, Builder, Read } from '../adopted.ts';
import { namedIn, object } from '../expression.ts';
import { nativeOf, type Native } from './command.ts';
import { withOwnPorts } from './collisions.ts';
import { bucketsOf, droppedOf, withoutDropped } from './dropped.ts';
import { filledIn, partlyFilled, pieces } from './interpolate.ts';
import { isHidden, isSensitive } from './environment.ts';
import { isRuntime, knownServer, type KnownServer } from './image.ts';
import { extraMounts } from './mounts.ts';
import type { Peer } from './peer.ts';
import type { ComposePort } from './ports.ts';
import { programOf, type Surroundings } from './program.ts';
import { readProject, variablesOf, type ComposeProject } from './project.ts';
import { listOf, mapOf, textOf } from './raw.ts';
import { secretNames, type SecretNames } from './secret-names.ts';
import { serverOf, wordsOf, type Server } from './server.ts';
import { serviceOf, type ComposeService } from './service.ts';

type Understood =
  | { readonly kind: 'server'; readonly service: ComposeService; readonly server: Server }
  | {
      readonly kind: 'program';
      readonly service: ComposeService;
      readonly builder: Builder;
      readonly native: Native | undefined;
    };

/** A compose file as a stack: servers devstack knows, programs of the project that run natively, and containers. */
export function adoptCompose(file: string, read: Read): AdoptedStack {
  const project = readProject(file, read);
  const services = withOwnPorts([...project.services].map(([name, raw]) => serviceOf(name, raw, project)));
  const dropped = droppedOf(services);
  const buckets = services.flatMap((service) => (dropped.get(service.name) === 'buckets' ? bucketsOf(service) : []));
  const completed = new Set(
    services.flatMap(({ dependsOn }) =>
      dependsOn.flatMap(({ name, condition }) => (condition === 'service_completed_successfully' ? [name] : [])),
    ),
  );
  const asked = askedFor(services, project);
  const secrets = namedSecrets(services, project);
  const understood = services
    .filter(({ name }) => !dropped.has(name))
    .map((service) => ({
      ...service,
      ports: service.ports.length > 0 ? service.ports : (asked.get(service.name) ?? []),
    }))
    .map((service, _, all) =>
      understand(service, project, completed, buckets, nativeIn(all, service, read), read, secrets),
    );
  const peers = understood.map((one) => peerOf(one, project, read));
  const names = new Set(understood.map(({ service }) => service.name));
  const around: Surroundings = { peers, variables: project.variables, secrets, names, read };
  const waits = new Map(services.map(({ name, dependsOn }) => [name, dependsOn.map((other) => other.name)]));
  const resources = understood.map((one, index): Adopted => {
    const own = peers[index];
    if (one.kind === 'server' || !own) return one.kind === 'server' ? lazy(one) : raise(one.service.name);
    const { name } = one.service;
    // A container is waited for by what has its address: one that waits for this itself keeps its plain name.
    const others = peers.filter(
      (peer) => peer === own || peer.builder !== 'container' || !isReached(name, peer.name, waits),
    );
    const made = programOf(withoutDropped(one.service, dropped), one.builder, one.native, own, {
      ...around,
      peers: others,
    });
    waits.set(name, [...(waits.get(name) ?? []), ...namedIn(object(made.options))]);
    return made;
  });
  return {
    ...(project.name === undefined || !/^[a-z][a-z0-9-]{0,38}$/.test(project.name) ? {} : { name: project.name }),
    resources,
    groups: groupsOf(services, names),
    notes: [`Made from ${file} by devstack init. Check each line that has a comment above it.`],
  };
}

/** What `.env` sets keeps the name it has there, wherever else its text stands. */
function namedSecrets(services: readonly ComposeService[], { variables }: ComposeProject): SecretNames {
  const secrets = secretNames();
  for (const { name, environment } of services)
    for (const [key, raw] of environment) {
      const [only, ...more] = pieces(textOf(raw) ?? '');
      const text = only?.kind === 'variable' && more.length === 0 ? (variables.get(only.name) ?? '') : '';
      if (only?.kind === 'variable' && text !== '' && isSensitive(key)) secrets.nameOf(name, only.name, text);
    }
  return secrets;
}

/** Whether one waits for the other, by whatever stands between them. */
function isReached(
  name: string,
  from: string,
  waits: ReadonlyMap<string, readonly string[]>,
  seen: Set<string> = new Set(),
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return (waits.get(from) ?? []).some((other) => other === name || isReached(name, other, waits, seen));
}

function raise(name: string): never {
  throw new Error(`${name} has no address`);
}

/** With a profile that is not on it starts when asked for. */
function lazy({ service, server }: Extract<Understood, { kind: 'server' }>): Adopted {
  if (!service.isOptional) return server.adopted;
  return { ...server.adopted, options: [...server.adopted.options, ['autostart', { kind: 'value', value: false }]] };
}

function understand(
  service: ComposeService,
  { variables }: ComposeProject,
  completed: ReadonlySet<string>,
  buckets: readonly string[],
  native: Native | undefined,
  read: Read,
  secrets: SecretNames,
): Understood {
  const known: KnownServer | undefined = service.image && !service.build ? knownServer(service.image) : undefined;
  if (known && service.image) {
    const files = listOf(service.raw['env_file']).flatMap((item) => textOf(item) ?? textOf(mapOf(item)['path']) ?? []);
    const all = files.flatMap((name) => [...variablesOf(read(name) ?? '')]);
    const own = [...service.environment].map(
      ([key, raw]) => [key, partlyFilled(pieces(textOf(raw) ?? ''), variables)] as const,
    );
    return {
      kind: 'server',
      service,
      server: serverOf(service, known, service.image, new Map([...all, ...own]), buckets, secrets, variables),
    };
  }
  const isOwn = service.build !== undefined || native !== undefined;
  if (completed.has(service.name)) return { kind: 'program', service, builder: 'task', native };
  // Only a container has volumes and an entrypoint.
  const isWhole = service.entrypoint !== undefined || extraMounts(service, native).length > 0;
  if (!isOwn || (!native && isWhole)) return { kind: 'program', service, builder: 'container', native: undefined };
  const listens =
    service.ports.length > 0 ||
    service.environment.has('PORT') ||
    native?.command.includes('$PORT') === true ||
    exposedBy(service, read) !== undefined;
  return { kind: 'program', service, builder: listens ? 'service' : 'worker', native };
}

/** What several services of one folder are to be, by different builds, their folder cannot say. */
function nativeIn(services: readonly ComposeService[], service: ComposeService, read: Read): Native | undefined {
  if (!service.build && !(service.image && isRuntime(service.image))) return undefined;
  const native = nativeOf(service, read);
  if (native?.isGuess !== true) return native;
  const isDoubtful = services.some((other) => {
    if (JSON.stringify(other.build) === JSON.stringify(service.build)) return false;
    const made = other.build ? nativeOf(other, read) : undefined;
    return made?.isGuess === true && made.folder === native.folder && made.command === native.command;
  });
  return isDoubtful ? undefined : native;
}

const WORKER = /\b(?:celery|sidekiq|resque|rqworker|horizon|queue:work|worker|consumer|scheduler|cron)\b/;

/** The ports others name in their variables: one that is asked there listens there. */
function askedFor(
  services: readonly ComposeService[],
  { variables }: ComposeProject,
): ReadonlyMap<string, readonly ComposePort[]> {
  const texts = services.flatMap(({ environment }) =>
    [...environment.values()].map((raw) => filledIn(textOf(raw) ?? '', variables)),
  );
  return new Map(
    services.map(({ name, hosts }) => {
      const found = texts.flatMap((text) =>
        [...text.matchAll(/([a-zA-Z0-9][\w.-]*):(\d{2,5})(?!\w)/g)].flatMap(([, host = '', port]) =>
          hosts.includes(host) ? Number(port) : [],
        ),
      );
      return [name, [...new Set(found)].map((target) => ({ target, protocol: 'tcp' as const }))];
    }),
  );
}

function exposedBy({ build, command }: ComposeService, read: Read): number | undefined {
  // The image is that of the server, too.
  if (WORKER.test(wordsOf(command).join(' '))) return undefined;
  const text = build && read(`${build.context.replace(/\/$/, '')}/${build.dockerfile ?? 'Dockerfile'}`);
  const port = /^\s*EXPOSE\s+(\d+)/im.exec(text ?? '')?.[1];
  return port === undefined ? undefined : Number(port);
}

function peerOf(one: Understood, { variables }: ComposeProject, read: Read): Peer {
  const { service } = one;
  const exposed = exposedBy(service, read);
  const ports =
    service.ports.length === 0 && exposed !== undefined
      ? [{ target: exposed, protocol: 'tcp' as const }]
      : service.ports;
  const common = { name: service.name, hosts: service.hosts };
  const keyed = ports.map((port, index) => ({
    ...port,
    key: port.name ?? (index === 0 ? 'http' : `port${port.target}`),
  }));
  if (one.kind === 'program') {
    const ports = keyed.map((port) => ({ ...port, ...(one.native ? variableOf(service, port.target) : {}) }));
    const hidden = [...service.environment].flatMap(([key, raw]) => {
      const text = partlyFilled(pieces(textOf(raw) ?? ''), variables);
      return isSensitive(key) && isHidden(service, text) ? [[text, key] as const] : [];
    });
    return { ...common, builder: one.builder, account: {}, hidden: new Map(hidden), ports };
  }
  const { accounts, port } = one.server;
  const own = { target: port, protocol: 'tcp' as const, key: 'http' };
  return {
    ...common,
    builder: one.server.adopted.builder,
    account: accounts.effective,
    hidden: new Map(),
    ports: [own, ...keyed],
  };
}

function variableOf({ environment }: ComposeService, port: number): { readonly env?: string } {
  const found = [...environment].find(
    ([key, raw]) => key !== 'PORT' && /_?PORT$/.test(key) && textOf(raw) === String(port),
  );
  return found ? { env: found[0] } : {};
}

function groupsOf(services: readonly ComposeService[], names: ReadonlySet<string>): AdoptedStack['groups'] {
  const profiles = [...new Set(services.flatMap((service) => service.profiles))];
  return profiles
    .filter((profile) => !names.has(profile))
    .map((name) => ({
      name,
      members: services
        .filter((service) => service.profiles.includes(name) && names.has(service.name))
        .map((service) => service.name),
    }))
    .filter(({ members }) => members.length > 0);
}
