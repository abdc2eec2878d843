import type { InfraEngine } from './engine.ts';
import { commonValues } from './engine.ts';

export const minioEngine: InfraEngine = {
  engine: 'minio',
  // The last tag published before upstream cut back its free images.
  version: 'RELEASE.2025-09-07T16-13-09Z',
  image: (version) => `minio/minio:${version}`,
  ports: [
    { name: 's3', number: 9000, protocol: 'http' },
    { name: 'console', number: 9001, protocol: 'http', title: 'Console' },
  ],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: false,
  values: {
    ...commonValues,
    url: (at) => `http://${at.host}:${at.port}`,
    accessKey: (at) => at.user,
    secretKey: (at) => at.password,
    region: () => 'us-east-1',
    consoleUrl: (at) => `http://${at.publicHost}:${at.publicPorts['console']}`,
    publicUrl: (at) => `http://${at.publicHost}:${at.publicPorts['s3']}`,
  },
};
