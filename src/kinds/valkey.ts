import type { InfraEngine } from './kind.ts';
import { redisFamily } from './redis-family.ts';

export const valkeyEngine: InfraEngine = {
  ...redisFamily({
    engine: 'valkey',
    program: 'valkey-server',
    client: 'valkey-cli',
    version: /^Valkey server v=(\S+)/m,
    packages: { debian: 'valkey-server', brew: 'valkey' },
  }),
  image: (version) => `valkey/valkey:${version}`,
};
