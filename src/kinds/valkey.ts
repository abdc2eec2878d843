import type { InfraEngine } from './engine.ts';
import { commonValues } from './engine.ts';
import { redisUrl } from './redis.ts';

export const valkeyEngine: InfraEngine = {
  engine: 'valkey',
  version: '8',
  image: (version) => `valkey/valkey:${version}`,
  ports: [{ name: 'redis', number: 6379, protocol: 'tcp' }],
  login: { kind: 'optional-password' },
  hasDatabase: false,
  values: {
    ...commonValues,
    password: (at) => at.password,
    url: redisUrl,
  },
};
