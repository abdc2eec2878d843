import { infraEngines } from '../../kinds/index.ts';
import type { Adopted } from '../adopted.ts';
import { list, object, value, type Entry, type Expression } from '../expression.ts';
import { accountOf, isTaken, type Accounts } from './account.ts';
import { written } from './environment.ts';
import { literalOf, pieces } from './interpolate.ts';
import type { Image, KnownServer } from './image.ts';
import { textOf, textsOf } from './raw.ts';
import type { SecretNames } from './secret-names.ts';
import type { ComposeService } from './service.ts';

/** Where the server listens in its container. */
const portOf = (builder: KnownServer['builder']): number => infraEngines[builder].ports[0]?.number ?? 0;

const DATA = /^\/(var\/lib\/(postgresql|mysql|rabbitmq|kafka|redis)|data(\/|$)|bitnami|opt\/kafka|var\/log|tmp)/;

export interface Server {
  readonly adopted: Adopted;
  readonly accounts: Accounts;
  /** In its container. */
  readonly port: number;
}

/** A database, a broker, … devstack knows how to start: its own options instead of variables of an image. */
export function serverOf(
  service: ComposeService,
  known: KnownServer,
  image: Image,
  environment: ReadonlyMap<string, string>,
  buckets: readonly string[],
  secrets: SecretNames,
  variables: ReadonlyMap<string, string>,
): Server {
  const { builder } = known;
  const notes = [...service.notes];
  const words = argumentWords(service, environment, notes);
  const accounts = accountOf(builder, withPassword(builder, environment, words));
  const options: Entry[] = [];
  if (known.image === 'kept') options.push(['image', value(image.full)]);
  if (known.image === 'official' && image.tag !== undefined) options.push(['version', value(image.tag)]);
  if (known.image === 'replaced') notes.push(`${image.full}: the image devstack uses by itself takes its place`);
  const port = service.ports.find(({ target }) => target === portOf(builder))?.published;
  if (port !== undefined) options.push(['port', value(port)]);
  options.push(...accountOptions(service, builder, accounts, environment));
  options.push(...special(builder, words, environment, buckets));
  options.push(...mountOptions(service, builder, notes));
  const env = [...service.environment.keys()].filter((name) => !isTaken(builder, name));
  const said = env.map((name): Entry => [
    name,
    written(service, name, service.environment.get(name), secrets, variables),
  ]);
  if (said.length > 0) options.push(['env', object(said)]);
  const args = argumentsOf(builder, words);
  if (args.length > 0) options.push(['args', list(args)]);
  return { adopted: { name: service.name, builder, options, notes }, accounts, port: portOf(builder) };
}

const SHELL = /^(?:\/bin\/)?(?:ba|a)?sh$/;

/** Its arguments, also where a shell is asked to start it; a script of more than one command is none of them. */
function argumentWords(
  { command, entrypoint }: ComposeService,
  environment: ReadonlyMap<string, string>,
  notes: string[],
): readonly string[] {
  const [shell = '', flag = '', script = ''] = [...wordsOf(entrypoint), ...wordsOf(command)];
  if (!SHELL.test(shell)) {
    const [program = ''] = wordsOf(entrypoint);
    if (program !== '' && !program.endsWith('docker-entrypoint.sh')) notes.push('entrypoint: not carried over');
    return wordsOf(command);
  }
  if (!/^-\w*c$/.test(flag) || /[;&|\n]/.test(script.trim())) {
    notes.push('command: a script of the shell is not carried over');
    return [];
  }
  return wordsOf(script.replace(/^\s*exec\s/, '')).map((word) =>
    word.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => environment.get(name) ?? whole),
  );
}

/** The one on the command line of Redis. */
function withPassword(
  builder: KnownServer['builder'],
  environment: ReadonlyMap<string, string>,
  words: readonly string[],
): ReadonlyMap<string, string> {
  const at = words.indexOf('--requirepass');
  if ((builder !== 'redis' && builder !== 'valkey') || at === -1) return environment;
  return new Map([...environment, [builder === 'redis' ? 'REDIS_PASSWORD' : 'VALKEY_PASSWORD', words[at + 1] ?? '']]);
}

const KEYS = { minio: { user: 'accessKey', password: 'secretKey' }, rabbitmq: { database: 'vhost' } } as const;

function accountOptions(
  service: ComposeService,
  builder: KnownServer['builder'],
  { variables }: Accounts,
  environment: ReadonlyMap<string, string>,
): readonly Entry[] {
  if (['kafka', 'nats', 'mailpit'].includes(builder)) return [];
  const keys: { readonly user?: string; readonly password?: string; readonly database?: string } =
    builder === 'minio' || builder === 'rabbitmq' ? KEYS[builder] : {};
  const options: Entry[] = [];
  for (const part of ['database', 'user'] as const) {
    const variable = variables[part];
    const text = variable === undefined ? '' : literalOf(environment.get(variable) ?? '');
    if (text === '' || (builder === 'minio' && part === 'database')) continue;
    if (part === 'user' && text === 'root') continue;
    options.push([keys[part] ?? part, value(text)]);
  }
  const password = passwordOf(service, variables.password);
  return password ? [...options, [keys.password ?? 'password', password]] : options;
}

/** One from outside stays one; one that stood in the file is made anew, and is nowhere written. */
function passwordOf({ environment, raw }: ComposeService, variable: string | undefined): Expression | undefined {
  const command = Array.isArray(raw['command']) ? textsOf(raw['command']) : wordsOf(textOf(raw['command']));
  const at = command.indexOf('--requirepass');
  const written = textOf(environment.get(variable ?? '')) ?? (at === -1 ? undefined : command[at + 1]);
  const [only, ...more] = pieces(written ?? '');
  if (only?.kind === 'variable' && more.length === 0) return { kind: 'secret', name: only.name, isGenerated: true };
  return at === -1 ? undefined : { kind: 'secret', name: 'REDIS_PASSWORD', isGenerated: true };
}

function special(
  builder: KnownServer['builder'],
  words: readonly string[],
  environment: ReadonlyMap<string, string>,
  buckets: readonly string[],
): readonly Entry[] {
  if (builder === 'mongodb' && words.includes('--replSet')) return [['replicaSet', value(true)]];
  if (builder === 'minio') {
    const all = [
      ...new Set([...buckets, ...(environment.get('MINIO_DEFAULT_BUCKETS') ?? '').split(/[\s,]+/).filter(Boolean)]),
    ];
    return all.length > 0 ? [['buckets', list(all)]] : [];
  }
  if (builder === 'kafka') {
    const topics = (environment.get('KAFKA_CREATE_TOPICS') ?? '').split(',').filter(Boolean);
    const items = topics.map((text): Expression => {
      const [name = '', partitions = '1'] = text.trim().split(':');
      return partitions === '1'
        ? value(name)
        : object([
            ['name', value(name)],
            ['partitions', value(Number(partitions))],
          ]);
    });
    return items.length > 0 ? [['topics', { kind: 'list', items }]] : [];
  }
  return [];
}

function mountOptions({ mounts }: ComposeService, builder: KnownServer['builder'], notes: string[]): readonly Entry[] {
  const init: string[] = [];
  const files: Entry[] = [];
  const takesInit = ['postgres', 'mysql', 'mariadb', 'mongodb'].includes(builder);
  for (const { source = '', target, isBind } of mounts) {
    if (takesInit && target.startsWith('/docker-entrypoint-initdb.d') && isBind) init.push(source);
    else if (isBind && !DATA.test(target) && source.startsWith('.')) files.push([source, value(target)]);
    else if (!DATA.test(target))
      notes.push(`volumes: ${source === '' ? target : `${source}:${target}`} is not carried over`);
  }
  const options: Entry[] = [];
  if (init.length > 0) options.push(['init', init.length === 1 ? value(init[0] ?? '') : list(init)]);
  if (files.length > 0) options.push(['files', object(files)]);
  return options;
}

/** Without what devstack does by itself. */
function argumentsOf(builder: KnownServer['builder'], words: readonly string[]): readonly string[] {
  if (builder === 'minio' || builder === 'kafka' || builder === 'mailpit' || builder === 'rabbitmq') return [];
  const [first, ...rest] = words;
  const all = first !== undefined && !first.startsWith('-') ? rest : words;
  const own =
    builder === 'redis' || builder === 'valkey'
      ? ['--requirepass', '--appendonly', '--save', '--bind', '--protected-mode']
      : ['--replSet', '--bind_ip', '--keyFile', '-m', '--http_port'];
  const left: string[] = [];
  for (let at = 0; at < all.length; at++) {
    const word = all[at] ?? '';
    if (own.includes(word)) at++;
    else if (!/^(-js|--jetstream|--bind_ip_all)$/.test(word)) left.push(word);
  }
  return left;
}

/** The words of a command; quotes hold them together. */
export function wordsOf(command: string | readonly string[] | undefined): readonly string[] {
  if (command === undefined) return [];
  if (typeof command !== 'string') return command;
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, one, two, bare]) => one ?? two ?? bare ?? '');
}
