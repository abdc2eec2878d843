import type { InfraEngine } from './engine.ts';
import { commonValues } from './engine.ts';

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
};
