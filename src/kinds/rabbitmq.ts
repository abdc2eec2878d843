import type { Address } from './address.ts';
import { commonValues, encodeForUrl, loginOf } from './address.ts';
import { openAmqp } from './amqp.ts';
import type { InfraEngine, ServerSpec, SetUpStep } from './kind.ts';
import type { NativePlace } from './native.ts';
import { portOf } from './native.ts';
import { preload, PRELOAD_SCRIPT } from './rabbitmq-preload.ts';

/** Read by the server and its clients. */
const NODE_FILE = 'node.env';

const PRELOAD_FILE = '/etc/rabbitmq/devstack-preload.script';

export const rabbitmqEngine: InfraEngine = {
  engine: 'rabbitmq',
  version: '4-management',
  image: (version) => `rabbitmq:${version}`,
  ports: [
    { name: 'amqp', number: 5672, protocol: 'tcp' },
    { name: 'management', number: 15672, protocol: 'http', title: 'Management' },
  ],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: false,
  values: {
    ...commonValues,
    user: (at) => at.user,
    password: (at) => at.password,
    url: (at) => `amqp://${loginOf(at)}${at.host}:${at.port}${virtualHost(at)}`,
    managementUrl: (at) => `http://${at.host}:${at.extraPorts['management']}`,
  },
  container: (spec) => ({
    files: {
      '/etc/rabbitmq/enabled_plugins': pluginsFile(spec),
      '/etc/rabbitmq/advanced.config': loginFile(spec),
      '/etc/rabbitmq/rabbitmq-env.conf': preload(PRELOAD_FILE, '/etc/rabbitmq/enabled_plugins'),
      [PRELOAD_FILE]: PRELOAD_SCRIPT,
    },
    dataFolder: '/var/lib/rabbitmq',
  }),
  promoted: (spec) => ({
    env: {
      RABBITMQ_DEFAULT_USER: spec.credentials?.user ?? 'guest',
      RABBITMQ_DEFAULT_PASS: spec.credentials?.password ?? 'guest',
      RABBITMQ_DEFAULT_VHOST: vhostOf(spec),
    },
    files: { '/etc/rabbitmq/enabled_plugins': pluginsFile(spec) },
    dataFolder: '/var/lib/rabbitmq',
  }),
  ready: (spec) => ({
    kind: 'conversation',
    port: 'amqp',
    conversation: openAmqp({
      user: spec.credentials?.user ?? 'guest',
      password: spec.credentials?.password ?? 'guest',
      vhost: vhostOf(spec),
    }),
  }),
  setUp,
  hardened: {
    user: 999,
    group: 999,
    writable: ['/tmp', '/etc/rabbitmq/conf.d', '/var/log/rabbitmq'],
    health: { kind: 'command', argv: ['rabbitmq-diagnostics', '-q', 'check_port_connectivity'] },
  },
  sharing: { kind: 'none', reason: 'its definitions and plugins are those of the whole broker' },
  native: {
    kind: 'program',
    program: 'rabbitmq-server',
    // The scripts in PATH want to become the user rabbitmq; these do not.
    folders: ['/usr/lib/rabbitmq/bin', '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin'],
    // Asking it takes a virtual machine of Erlang; its folder tells as much.
    version: { args: [], pattern: /rabbitmq(?:_server-|\/)(\d+(?:\.\d+)+)/ },
    packages: { debian: 'rabbitmq-server', brew: 'rabbitmq' },
    subfolders: ['home', 'log', 'etc'],
    files: (at) => ({
      enabled_plugins: pluginsFile(at.spec),
      'rabbitmq.conf': nativeSettings(at.spec),
      [NODE_FILE]: nodeSettings(at),
      'preload.script': PRELOAD_SCRIPT,
    }),
    secretFiles: ({ spec }) => ({ 'advanced.config': loginFile(spec) }),
    command: (at) => ({ file: at.program, args: [...at.spec.resource.args], env: nativeEnv(at) }),
    // `rabbitmqctl` looks for its cookie and its node there.
    clientEnv: (folder) => ({ HOME: `${folder}/home`, RABBITMQ_CONF_ENV_FILE: `${folder}/${NODE_FILE}` }),
    stopSignal: 'SIGTERM',
  },
};

// No path means the default virtual host, whose name is `/`.
function virtualHost(at: Address): string {
  const name = at.options['vhost'];
  return typeof name === 'string' && name !== '/' ? `/${encodeForUrl(name)}` : '';
}

function vhostOf({ resource }: ServerSpec): string {
  const name = resource.settings.options['vhost'];
  return typeof name === 'string' ? name : '/';
}

/** For the first start. Its variables for the same take no characters beyond Latin-1; bytes are always right. */
function loginFile(spec: ServerSpec): string {
  const { user, password } = spec.credentials ?? { user: 'guest', password: 'guest' };
  const login = { default_user: user, default_pass: password, default_vhost: vhostOf(spec) };
  const terms = Object.entries(login).map(([name, text]) => `{${name},<<${[...Buffer.from(text)].join(',')}>>}`);
  return `[{rabbit,[${terms.join(',')}]}].\n`;
}

/** Nothing that was not asked for but the pages of `managementUrl`: each plugin makes the start longer. */
function pluginsFile({ resource }: ServerSpec): string {
  const asked = resource.settings.options['plugins'];
  const more = Array.isArray(asked) ? asked.map(String) : [];
  return `[${[...new Set(['rabbitmq_management', ...more])].join(',')}].\n`;
}

/** Definitions are sent when it runs: loaded at boot they would keep it from making its user. */
function setUp(spec: ServerSpec): readonly SetUpStep[] {
  const file = spec.resource.settings.options['definitions'];
  if (typeof file !== 'string') return [];
  const { user, password } = spec.credentials ?? { user: 'guest', password: 'guest' };
  const path = vhostOf(spec) === '/' ? '/api/definitions' : `/api/definitions/${encodeURIComponent(vhostOf(spec))}`;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return [
    {
      kind: 'http',
      doing: 'loading its definitions',
      port: 'management',
      file,
      request: () => ({ method: 'POST', path, headers: { authorization, 'content-type': 'application/json' } }),
    },
  ];
}

function nativeSettings(spec: ServerSpec): string {
  const settings = {
    'listeners.tcp.1': `127.0.0.1:${portOf(spec, 'amqp')}`,
    'management.tcp.ip': '127.0.0.1',
    'management.tcp.port': String(portOf(spec, 'management')),
    'log.console': 'true',
    'log.file': 'false',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Everything it would look for elsewhere. */
function nativeEnv({ folder, data, innerPorts: [distribution] }: NativePlace): {
  readonly [name: string]: string;
} {
  return {
    HOME: `${folder}/home`,
    RABBITMQ_HOME_DIR: `${folder}/home`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_MNESIA_DIR: `${data}/node`,
    RABBITMQ_LOG_BASE: `${folder}/log`,
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
    RABBITMQ_CONFIG_FILES: `${folder}/etc`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${folder}/advanced.config`,
    RABBITMQ_CONF_ENV_FILE: `${folder}/${NODE_FILE}`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/enabled_plugins`,
    RABBITMQ_PID_FILE: `${folder}/server.pid`,
  };
}

/** Which node it is, and where its daemon is that maps names to ports: of its own, as there may be others here. */
function nodeSettings({ spec, folder, innerPorts: [, mapper] }: NativePlace): string {
  return `NODENAME=devstack-${portOf(spec, 'amqp')}@localhost
export ERL_EPMD_PORT=${mapper}
export ERL_EPMD_ADDRESS=127.0.0.1
${preload(`${folder}/preload.script`, `${folder}/enabled_plugins`)}`;
}
