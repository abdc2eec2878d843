import { commonValues } from './address.ts';
import type { InfraEngine } from './kind.ts';
import { keyValueArguments, keyValueContainer, keyValueNative, keyValueReady, redisUrl } from './redis.ts';

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
  container: (spec) => keyValueContainer(spec, 'valkey-server'),
  ready: keyValueReady,
  native: keyValueNative('valkey-server', /^Valkey server v=(\S+)/m, { debian: 'valkey-server', brew: 'valkey' }),
  clientEnv: (at) => (at.password === '' ? {} : { REDISCLI_AUTH: at.password }),
  clientArguments: keyValueArguments,
};
