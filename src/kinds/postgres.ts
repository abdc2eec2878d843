import type { InfraEngine } from './engine.ts';
import { databaseValues, encodeForUrl, loginOf } from './engine.ts';

// 18 moved its data folder to /var/lib/postgresql/18/docker, which breaks volumes made by 17.
export const postgresEngine: InfraEngine = {
  engine: 'postgres',
  version: '17',
  image: (version) => `postgres:${version}`,
  ports: [{ name: 'postgres', number: 5432, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  values: {
    ...databaseValues,
    url: (at) => `postgresql://${loginOf(at)}${at.host}:${at.port}/${encodeForUrl(at.database)}`,
    jdbcUrl: (at) => `jdbc:postgresql://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  },
};
