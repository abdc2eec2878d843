import type { InfraEngine } from './engine.ts';
import { databaseValues, encodeForUrl, loginOf } from './engine.ts';

export const mysqlEngine: InfraEngine = {
  engine: 'mysql',
  version: '8.4',
  image: (version) => `mysql:${version}`,
  ports: [{ name: 'mysql', number: 3306, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  values: {
    ...databaseValues,
    url: (at) => `mysql://${loginOf(at)}${at.host}:${at.port}/${encodeForUrl(at.database)}`,
    jdbcUrl: (at) => `jdbc:mysql://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  },
};
