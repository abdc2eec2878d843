import { commonValues } from './address.ts';
import type { Conversation } from './conversation.ts';
import { fine, incomplete, notYet, refused } from './conversation.ts';
import type { InfraEngine, ServerSpec } from './kind.ts';
import { portOf } from './native.ts';

const JETSTREAM_FOLDER = '/data';

export const natsEngine: InfraEngine = {
  engine: 'nats',
  version: '2',
  image: (version) => `nats:${version}`,
  ports: [
    { name: 'nats', number: 4222, protocol: 'tcp' },
    { name: 'monitoring', number: 8222, protocol: 'http', title: 'Monitoring' },
  ],
  login: { kind: 'none' },
  hasDatabase: false,
  values: {
    ...commonValues,
    url: (at) => `nats://${at.host}:${at.port}`,
    monitoringUrl: (at) => `http://${at.host}:${at.extraPorts['monitoring']}`,
  },
  container: (spec) => ({
    command: ['-m', '8222', ...jetstream(spec, JETSTREAM_FOLDER)],
    ...(hasJetstream(spec) && { dataFolder: JETSTREAM_FOLDER }),
  }),
  ready: (spec) => ({ kind: 'conversation', port: 'nats', conversation: greetNats(hasJetstream(spec)) }),
  // Its image has no shell, and no user: anyone will do.
  hardened: {
    user: 1000,
    group: 1000,
    writable: ['/tmp'],
    health: { kind: 'http', port: 'monitoring', path: '/healthz' },
  },
  sharing: { kind: 'none', reason: 'all its subjects are in one space' },
  native: {
    kind: 'program',
    program: 'nats-server',
    folders: ['/usr/sbin', '/usr/local/sbin'],
    version: { args: ['--version'], pattern: /v?(\d+\.\d+\.\d+)/ },
    packages: { debian: 'nats-server', brew: 'nats-server' },
    command: ({ spec, program, data }) => ({
      file: program,
      args: [
        '--addr=127.0.0.1',
        `--port=${portOf(spec, 'nats')}`,
        `--http_port=${portOf(spec, 'monitoring')}`,
        ...jetstream(spec, data),
        ...spec.resource.args,
      ],
    }),
    stopSignal: 'SIGTERM',
  },
  clientEnv: (at) => ({ NATS_URL: `nats://${at.host}:${at.port}` }),
};

function hasJetstream({ resource }: ServerSpec): boolean {
  return resource.settings.options['jetstream'] !== false;
}

function jetstream(spec: ServerSpec, folder: string): readonly string[] {
  return hasJetstream(spec) ? ['-js', '-sd', folder] : [];
}

/** The server speaks first; its first answer to us tells that it takes clients, JetStream included. */
export function greetNats(withJetstream: boolean): Conversation {
  return {
    asks: 'INFO and PING',
    steps: [
      {
        hear(received) {
          const line = lineOf(received);
          if (line === undefined) return incomplete;
          if (!line.startsWith('INFO ')) return notYet(line);
          return withJetstream && !/"jetstream":\s*true/.test(line) ? notYet('JetStream is not up yet') : fine;
        },
      },
      {
        say: Buffer.from('CONNECT {"verbose":false,"name":"devstack"}\r\nPING\r\n'),
        hear(received) {
          const line = lineOf(received);
          if (line === undefined) return incomplete;
          if (line === 'PONG') return fine;
          return /authoriz/i.test(line) ? refused(line) : notYet(line);
        },
      },
    ],
  };
}

function lineOf(received: Buffer): string | undefined {
  const end = received.indexOf('\r\n');
  return end < 0 ? undefined : received.toString('utf8', 0, end);
}
