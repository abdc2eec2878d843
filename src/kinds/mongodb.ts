import type { Address, InfraEngine } from './engine.ts';
import { databaseValues, encodeForUrl, loginOf } from './engine.ts';

export const mongodbEngine: InfraEngine = {
  engine: 'mongodb',
  version: '8',
  image: (version) => `mongo:${version}`,
  ports: [{ name: 'mongodb', number: 27017, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  values: {
    ...databaseValues,
    url: (at) => `mongodb://${loginOf(at)}${at.host}:${at.port}/${encodeForUrl(at.database)}?${query(at)}`,
    jdbcUrl: (at) => `jdbc:mongodb://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  },
};

// The user lives in `admin`. A set of one is reached directly: its member name is not known outside the network.
function query(at: Address): string {
  return at.options['replicaSet'] === true
    ? 'authSource=admin&replicaSet=rs0&directConnection=true'
    : 'authSource=admin';
}
