import type { InfraEngine } from './engine.ts';
import { commonValues } from './engine.ts';

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
};
