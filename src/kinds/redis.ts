import type { InfraEngine } from './kind.ts';
import { redisFamily } from './redis-family.ts';

export const redisEngine: InfraEngine = {
  ...redisFamily({
    engine: 'redis',
    program: 'redis-server',
    client: 'redis-cli',
    version: /^Redis server v=(\S+)/m,
    packages: { debian: 'redis-server', brew: 'redis' },
  }),
  image: (version) => `redis:${version}`,
};
