import type { Address } from './address.ts';
import { commonValues, encodeForUrl } from './address.ts';
import { redisCopy } from './data-copy.ts';
import type { ContainerFacts, InfraEngine, ServerSpec } from './kind.ts';
import { shellProbe } from './kind.ts';
import type { NativeProgram } from './native.ts';
import { portOf } from './native.ts';
import { pingRedis } from './resp.ts';

/** What Redis and Valkey have in common, which is all but names. */
export function redisFamily(own: {
  readonly engine: 'redis' | 'valkey';
  readonly program: string;
  readonly client: string;
  readonly version: RegExp;
  readonly packages: NativeProgram['packages'];
}) {
  return {
    engine: own.engine,
    version: '8',
    ports: [{ name: 'redis', number: 6379, protocol: 'tcp' }],
    login: { kind: 'optional-password' },
    hasDatabase: false,
    sharing: { kind: 'none', reason: 'its numbered databases keep no client out' },
    values: { ...commonValues, password: (at: Address) => at.password, url: redisUrl },
    container: (spec: ServerSpec) => keyValueContainer(spec, own.program),
    promoted: (spec: ServerSpec) => keyValuePromoted(spec, own.program),
    ready: keyValueReady,
    hardened: {
      user: 999,
      group: 999,
      writable: ['/tmp'],
      // Also while it loads its data: whoever asks is told so, and that is no PONG.
      health: shellProbe(`[ "$(${own.client} ping)" = PONG ]`),
    },
    copy: redisCopy(own.client),
    native: keyValueNative(own.program, own.version, own.packages),
    clientEnv: ({ password }: Address): Record<string, string> => (password === '' ? {} : { REDISCLI_AUTH: password }),
    clientArguments: keyValueArguments,
  } as const satisfies Partial<InfraEngine>;
}

/** No variable tells where the server is, and at the usual port there may be another one. */
function keyValueArguments({ host, port }: Address): { readonly [client: string]: readonly string[] } {
  const at = ['-h', host, '-p', String(port)];
  return { 'redis-cli': at, 'valkey-cli': at };
}

/** Also the scheme of valkey: clients know `redis:` and not `valkey:`. */
function redisUrl(at: Address): string {
  return `redis://${at.password === '' ? '' : `:${encodeForUrl(at.password)}@`}${at.host}:${at.port}`;
}

const CONFIG = '/usr/local/etc/devstack.conf';

/** The password is in a file: arguments of a process are for everybody to read. */
function keyValueContainer(spec: ServerSpec, program: string): ContainerFacts {
  return {
    command: [program, CONFIG],
    files: { [CONFIG]: settings(spec, { bind: '* -::*', dir: '/data' }) },
    dataFolder: '/data',
  };
}

/** The password comes as a variable; the server takes it from a file that only its memory has. */
function keyValuePromoted(spec: ServerSpec, program: string): ContainerFacts {
  const { credentials, ...open } = spec;
  const password = credentials?.password ?? '';
  const facts = keyValueContainer(open, program);
  if (password === '') return facts;
  const complete = `{ cat ${CONFIG}; printf 'requirepass "%s"\\n' "$REDISCLI_AUTH"; } >/tmp/server.conf`;
  return {
    ...facts,
    // Its client reads the same variable, for the health check.
    env: { REDISCLI_AUTH: password },
    // What follows are arguments of the server.
    command: ['sh', '-c', `${complete} && exec ${program} /tmp/server.conf "$@"`, 'sh'],
  };
}

function keyValueReady({ credentials }: ServerSpec) {
  return {
    kind: 'conversation' as const,
    port: 'redis',
    conversation: pingRedis(credentials?.password ?? ''),
  };
}

function keyValueNative(program: string, pattern: RegExp, packages: NativeProgram['packages']): NativeProgram {
  return {
    kind: 'program',
    program,
    folders: [],
    version: { args: ['--version'], pattern },
    packages,
    secretFiles: ({ spec, data }) => ({
      'server.conf': settings(spec, { bind: '127.0.0.1', dir: data, port: String(portOf(spec, 'redis')) }),
    }),
    command: ({ spec, program: file, folder }) => ({ file, args: [`${folder}/server.conf`, ...spec.resource.args] }),
    stopSignal: 'SIGTERM',
  };
}

/** Kept data survives a crash, too: every write goes to the append-only file. */
function settings({ resource, credentials }: ServerSpec, more: { readonly [name: string]: string }): string {
  const password = credentials?.password ?? '';
  const all: { readonly [name: string]: string } = {
    'protected-mode': 'no',
    appendonly: resource.persist ? 'yes' : 'no',
    save: resource.persist ? '60 1' : '""',
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, name === 'dir' ? quote(value) : value])),
    ...(password !== '' && { requirepass: quote(password) }),
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

function quote(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) =>
    byte === 34 || byte === 92
      ? `\\${String.fromCharCode(byte)}`
      : byte < 32 || byte > 126
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
  );
  return `"${escaped.join('')}"`;
}
