import { commonValues } from './address.ts';
import type { InfraEngine, ServerSpec, SetUpStep } from './kind.ts';
import { apiVersions, createTopics, type Topic } from './kafka-wire.ts';
import { portOf } from './native.ts';

/** This machine comes in by a door of its own: a broker tells each client where to go on, by the door it came. */
const PUBLISHED_PORT = 9094;
const CONTROLLER_PORT = 9093;
const DATA_FOLDER = '/var/lib/kafka/data';

// `url` is the same as `brokers`: Kafka clients take host:port, no scheme.
export const kafkaEngine: InfraEngine = {
  engine: 'kafka',
  version: '4',
  image: (version) => `apache/kafka:${version}`,
  ports: [{ name: 'kafka', number: 9092, protocol: 'tcp' }],
  login: { kind: 'none' },
  hasDatabase: false,
  values: {
    ...commonValues,
    url: (at) => `${at.host}:${at.port}`,
    brokers: (at) => `${at.host}:${at.port}`,
  },
  container: (spec) => ({
    env: brokerSettings(
      `INSIDE://:9092,OUTSIDE://:${PUBLISHED_PORT}`,
      `INSIDE://${spec.resource.name}:9092,OUTSIDE://127.0.0.1:${portOf(spec, 'kafka')}`,
    ),
    dataFolder: DATA_FOLDER,
    published: { kafka: PUBLISHED_PORT },
  }),
  // Nobody comes in from outside there.
  promoted: (_spec, host) => ({
    env: brokerSettings('INSIDE://:9092', `INSIDE://${host}:9092`),
    dataFolder: DATA_FOLDER,
  }),
  ready: () => ({ kind: 'conversation', port: 'kafka', conversation: apiVersions() }),
  setUp,
  hardened: {
    user: 1000,
    group: 1000,
    writable: ['/tmp', '/opt/kafka/config', '/opt/kafka/logs'],
    health: {
      kind: 'command',
      argv: ['/opt/kafka/bin/kafka-broker-api-versions.sh', '--bootstrap-server', 'localhost:9092'],
    },
  },
  sharing: { kind: 'none', reason: 'all its topics are in one space' },
  native: { kind: 'none', reason: 'no distribution has Kafka among its packages' },
  clientEnv: (at) => ({ KAFKA_BROKERS: `${at.host}:${at.port}` }),
};

/** One node that is broker and controller, so that every internal topic has one copy. */
function brokerSettings(listeners: string, advertised: string): { readonly [name: string]: string } {
  const doors = listeners.split(',').map((listener) => `${listener.split(':')[0] ?? ''}:PLAINTEXT`);
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `${listeners},CONTROLLER://:${CONTROLLER_PORT}`,
    KAFKA_ADVERTISED_LISTENERS: advertised,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: [...doors, 'CONTROLLER:PLAINTEXT'].join(','),
    KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_CONTROLLER_QUORUM_VOTERS: `1@localhost:${CONTROLLER_PORT}`,
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_LOG_DIRS: DATA_FOLDER,
  };
}

function setUp({ resource }: ServerSpec): readonly SetUpStep[] {
  const written = resource.settings.options['topics'];
  const topics = Array.isArray(written) ? written.map(topicOf) : [];
  if (topics.length === 0) return [];
  return [{ kind: 'conversation', doing: 'making its topics', port: 'kafka', conversation: createTopics(topics) }];
}

function topicOf(written: unknown): Topic {
  if (typeof written !== 'object' || written === null) return { name: String(written), config: {} };
  const { name, partitions, config } = written as { name?: unknown; partitions?: unknown; config?: unknown };
  return {
    name: String(name),
    ...(typeof partitions === 'number' && { partitions }),
    config: typeof config === 'object' && config !== null ? Object.fromEntries(Object.entries(config)) : {},
  };
}
