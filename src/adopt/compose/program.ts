import type { Adopted, Builder, Read } from '../adopted.ts';
import { list, namedIn, object, value, type Entry, type Expression } from '../expression.ts';
import { shellWord } from '../command.ts';
import { withoutShell, type Native } from './command.ts';
import { environmentOf, isSensitive, plainly, isSpelledOut } from './environment.ts';
import { healthOf } from './health.ts';
import { resourcesOf } from './limits.ts';
import { escaped } from './interpolate.ts';
import { extraMounts } from './mounts.ts';
import { hasEndpoints, type Peer, type Peers } from './peer.ts';
import { variablesOf } from './project.ts';
import { listOf, mapOf, pairsOf, textOf } from './raw.ts';
import type { SecretNames } from './secret-names.ts';
import type { ComposeService } from './service.ts';
import { wordsOf } from './server.ts';

export interface Surroundings {
  readonly peers: Peers;
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: SecretNames;
  /** Of the services that became something. */
  readonly names: ReadonlySet<string>;
  readonly read: Read;
}

/** A program of the project, or an image of others: as a service, a worker, a task or a container. */
export function programOf(
  service: ComposeService,
  builder: Builder,
  native: Native | undefined,
  own: Peer,
  around: Surroundings,
): Adopted {
  const notes = [...service.notes];
  const isTask = builder === 'task';
  const options: Entry[] = [];
  if (isTask) options.push(['run', value(native?.command ?? commandOfImage(service, notes))]);
  else if (native) options.push(['dev', value(native.command)]);
  if (native && native.folder !== '.') options.push(['cwd', value(native.folder)]);
  if (builder === 'container' && service.image && !service.build) options.push(['image', value(service.image.full)]);
  else options.push(...madeOf(service, native, around, notes));
  if (builder === 'container' || (!native && !isTask)) options.push(...commandsOf(service));
  if (builder === 'service' || builder === 'container') options.push(...portOptions(own));
  if (builder === 'container') options.push(...volumesOf(service, notes));
  else
    for (const { source = '', target } of extraMounts(service, native))
      notes.push(`volumes: ${source}:${target} is not mounted where it runs natively`);
  options.push(...envOptions(service, own, around));
  const health = isTask ? undefined : healthOf(service, builder !== 'container');
  if (health) options.push(['healthcheck', health]);
  options.push(...dependencies(service, options, around, notes), ...lifeOf(service, builder));
  if (
    builder === 'container' &&
    [...service.environment].some(
      ([key, raw]) => isSensitive(key) && raw !== '' && isSpelledOut(service, textOf(raw) ?? '-'),
    )
  )
    notes.push('A secret stands in its command as well: it is kept as it was. Make it a secret() in both.');
  const low = native && own.ports.find(({ published = 1024 }) => published < 1024);
  if (low) notes.push(`port ${low.published}: below 1024 most machines give it to root alone; take another, or 'auto'`);
  if (!native && !isTask && builder !== 'container')
    notes.push('No command for this machine was found: it runs as a container. With dev: it would run natively.');
  return { name: service.name, builder, options, notes: [...notes, ...lost(service.raw)] };
}

/** A task runs on this machine, whatever its image holds. */
function commandOfImage({ name, entrypoint, command }: ComposeService, notes: string[]): string {
  const words = withoutShell([...wordsOf(entrypoint), ...wordsOf(command)]);
  if (words.length === 0) {
    notes.push('Its command is in its image alone: put one for this machine in run.');
    return `echo 'no command for ${name.replaceAll("'", '')}' && exit 1`;
  }
  notes.push('It ran in its image, and runs on this machine here: see to it that what it calls is there.');
  return words.length === 1 ? (words[0] ?? '').trim() : words.map(shellWord).join(' ');
}

function madeOf(
  { name, build, image }: ComposeService,
  native: Native | undefined,
  around: Surroundings,
  notes: string[],
): readonly Entry[] {
  if (!build) return native || !image ? [] : [['image', value(image.full)]];
  const { context, dockerfile, target, args } = build;
  const env = new Map(Object.entries(args));
  const entries: Entry[] = [['context', value(context)]];
  if (dockerfile !== undefined) entries.push(['dockerfile', value(dockerfile)]);
  if (target !== undefined) entries.push(['target', value(target)]);
  if (env.size > 0) {
    const { variables, secrets } = around;
    // It is not there yet when its own address would be read.
    const peers = around.peers.filter((peer) => peer.name !== name && hasEndpoints(peer));
    const found = environmentOf({ name: '', environment: env, raw: {} }, peers, variables, secrets);
    const readable = found.filter(([, entry]) => entry.kind === 'secret').map(([key]) => key);
    if (readable.length > 0) notes.push(`build.args: ${readable.join(', ')} can be read in the image`);
    entries.push(['args', object(found.map(([key, entry]) => [key, forBrowsers(entry, args[key])]))]);
  }
  return [['build', entries.length === 1 ? value(context) : object(entries)]];
}

/** What is built into an image is for browsers: they know no address of the network. */
function forBrowsers(expression: Expression, written?: unknown): Expression {
  if (expression.kind === 'secret') return plainly(written);
  if (expression.kind === 'text') return { ...expression, parts: expression.parts.map((part) => forBrowsers(part)) };
  const isAddress = expression.kind === 'member' && /(?:^|\.)url$/.test(expression.member);
  return isAddress ? { ...expression, member: expression.member.replace(/url$/, 'publicUrl') } : expression;
}

function commandsOf({ command, entrypoint }: ComposeService): readonly Entry[] {
  const text = (words: string | readonly string[]): Expression =>
    typeof words === 'string' ? value(words) : list(words);
  return [
    ...(command === undefined || command.length === 0 ? [] : [['command', text(command)] as const]),
    ...(entrypoint === undefined || entrypoint.length === 0 ? [] : [['entrypoint', text(entrypoint)] as const]),
  ];
}

function portOptions({ ports, builder }: Peer): readonly Entry[] {
  const [first, ...more] = ports;
  if (!first) return [];
  const isPlain = more.length === 0 && first.protocol === 'tcp' && first.env === undefined;
  if (isPlain && first.published === first.target) return [['port', value(first.target)]];
  const one = ({ key, target, published, protocol, env }: Peer['ports'][number]): Entry => {
    const entries: Entry[] = [['port', value(published ?? 'auto')]];
    if (published !== target) entries.push(['containerPort', value(target)]);
    if (env !== undefined) entries.push(['env', value(env)]);
    if (protocol === 'udp') entries.push(['protocol', value('udp')]);
    return [key, entries.length === 1 ? value(published ?? target) : object(entries)];
  };
  return builder === 'service' || builder === 'container' ? [['ports', object(ports.map(one))]] : [];
}

function volumesOf({ mounts }: ComposeService, notes: string[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { source, target } of mounts) {
    if (source === undefined || source === '') continue; // a new one each time: nothing is kept in it
    if (source.endsWith('docker.sock')) notes.push('volumes: the socket of Docker is not handed to containers');
    else if (/^[~$]/.test(source)) notes.push(`volumes: ${source}:${target} is not carried over`);
    else entries.push([source, value(target)]);
  }
  return entries.length > 0 ? [['volumes', object(entries)]] : [];
}

function envOptions(service: ComposeService, own: Peer, around: Surroundings): readonly Entry[] {
  const files = listOf(service.raw['env_file']).flatMap((item) => textOf(item) ?? textOf(mapOf(item)['path']) ?? []);
  const { peers, variables, secrets, read } = around;
  const inFiles = files.flatMap((file) => [...variablesOf(read(file) ?? '')]);
  const environment = new Map([
    ...inFiles.map(([key, text]): readonly [string, unknown] => [key, escaped(text)]),
    ...service.environment,
  ]);
  // What a file says of others would be the old address and the old password: env wins over files.
  const all = environmentOf({ ...service, environment }, peers, variables, secrets).filter(
    ([key, entry]) => service.environment.has(key) || namedIn(entry).length > 0,
  );
  // devstack hands the port over itself.
  const entries = all.filter(
    ([key, entry]) => !own.ports[0] || (key !== 'PORT' && (entry.kind !== 'value' || key !== own.ports[0].env)),
  );
  return [
    ...(entries.length > 0 ? [['env', object(entries)] as const] : []),
    ...(files.length > 0 ? [['envFile', files.length === 1 ? value(files[0] ?? '') : list(files)] as const] : []),
  ];
}

function dependencies(
  { dependsOn, name }: ComposeService,
  options: readonly Entry[],
  { names }: Surroundings,
  notes: string[],
): readonly Entry[] {
  const referred = new Set(options.flatMap(([key, option]) => (key === 'env' ? ordering(option) : [])));
  const missing = dependsOn.filter((other) => !names.has(other.name));
  for (const other of missing) notes.push(`depends_on: ${other.name} is not carried over`);
  const others = dependsOn.filter((other) => names.has(other.name) && other.name !== name && !referred.has(other.name));
  const items = others.map((other): Expression => ({ kind: 'resource', resource: other.name }));
  const [first] = items;
  return first ? [['dependsOn', items.length === 1 ? first : { kind: 'list', items }]] : [];
}

/** The resources whose values order the start: an origin is a name only. */
function ordering(expression: Expression): readonly string[] {
  if (expression.kind === 'member') return expression.member.endsWith('origin') ? [] : [expression.resource];
  if (expression.kind === 'text') return expression.parts.flatMap(ordering);
  return expression.kind === 'object' ? expression.entries.flatMap(([, entry]) => ordering(entry)) : [];
}

function lifeOf({ raw, isOptional }: ComposeService, builder: Builder): readonly Entry[] {
  const entries: Entry[] = [];
  if (raw['restart'] === 'no' && builder !== 'task' && builder !== 'container') entries.push(['restart', value('no')]);
  const grace = textOf(raw['stop_grace_period']);
  if (grace !== undefined && /^\d+(?:ms|s|m|h)$/.test(grace)) entries.push(['stopGracePeriod', value(grace)]);
  const signal = textOf(raw['stop_signal']);
  if (signal !== undefined && /^SIG(?:INT|QUIT)$/.test(signal)) entries.push(['stopSignal', value(signal)]);
  const user = textOf(raw['user']);
  if (user !== undefined && builder === 'container') entries.push(['user', value(user)]);
  if (isOptional) entries.push(builder === 'task' ? ['when', value('manual')] : ['autostart', value(false)]);
  const deploy = resourcesOf(raw);
  return deploy.length > 0 && builder !== 'container' && builder !== 'task'
    ? [...entries, ['deploy', object(deploy)]]
    : entries;
}

const SPOKEN = [
  'cap_add',
  'devices',
  'privileged',
  'network_mode',
  'pid',
  'ipc',
  'sysctls',
  'ulimits',
  'tmpfs',
  'extra_hosts',
  'dns',
  'secrets',
  'configs',
  'security_opt',
  'runtime',
  'gpus',
  'volumes_from',
  'shm_size',
  'platform',
];

/** What says how it runs and has no place here; labels are for other tools. */
function lost(raw: { readonly [key: string]: unknown }): readonly string[] {
  const keys = SPOKEN.filter((key) => raw[key] !== undefined);
  const labels = Object.keys(pairsOf(raw['labels'])).map((label) => label.split('.')[0] ?? label);
  return [
    ...(keys.length > 0 ? [`${keys.join(', ')}: not carried over`] : []),
    ...(labels.length > 0 ? [`labels of ${[...new Set(labels)].join(', ')} are not carried over`] : []),
  ];
}
