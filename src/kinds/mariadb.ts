import type { InfraEngine } from './engine.ts';
import { databaseValues, encodeForUrl, loginOf } from './engine.ts';

// The scheme of `url` is mysql: most clients know no other; only JDBC has a name of its own.
export const mariadbEngine: InfraEngine = {
  engine: 'mariadb',
  version: '11.8',
  image: (version) => `mariadb:${version}`,
  ports: [{ name: 'mysql', number: 3306, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  values: {
    ...databaseValues,
    url: (at) => `mysql://${loginOf(at)}${at.host}:${at.port}/${encodeForUrl(at.database)}`,
    jdbcUrl: (at) => `jdbc:mariadb://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  },
};
