import type { Address, InfraEngine } from './engine.ts';
import { commonValues, encodeForUrl } from './engine.ts';

export const redisEngine: InfraEngine = {
  engine: 'redis',
  version: '8',
  image: (version) => `redis:${version}`,
  ports: [{ name: 'redis', number: 6379, protocol: 'tcp' }],
  login: { kind: 'optional-password' },
  hasDatabase: false,
  values: {
    ...commonValues,
    password: (at) => at.password,
    url: redisUrl,
  },
};

/** Also the scheme of valkey: clients know `redis:` and not `valkey:`. */
export function redisUrl(at: Address): string {
  return `redis://${at.password === '' ? '' : `:${encodeForUrl(at.password)}@`}${at.host}:${at.port}`;
}
