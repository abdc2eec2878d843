import { commonValues } from './address.ts';
import type { InfraEngine, ServerSpec, SetUpStep } from './kind.ts';
import { signedRequest } from './s3-request.ts';

const REGION = 'us-east-1';
/** The bucket is there, and it is ours. */
const ALREADY_THERE = 409;

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
    region: () => REGION,
    consoleUrl: (at) => `http://${at.publicHost}:${at.publicPorts['console']}`,
    publicUrl: (at) => `http://${at.publicHost}:${at.publicPorts['s3']}`,
  },
  container: ({ credentials }) => ({
    env: {
      MINIO_ROOT_USER: credentials?.user ?? '',
      MINIO_ROOT_PASSWORD: credentials?.password ?? '',
    },
    command: ['server', '/data', '--console-address', ':9001'],
    dataFolder: '/data',
  }),
  ready: () => ({ kind: 'http', port: 's3', path: '/minio/health/ready' }),
  setUp,
  // Its image has no user: anyone will do.
  hardened: {
    user: 1000,
    group: 1000,
    writable: ['/tmp'],
    health: { kind: 'http', port: 's3', path: '/minio/health/live' },
  },
  sharing: { kind: 'none', reason: 'all its buckets are in one space' },
  native: { kind: 'none', reason: 'no distribution has MinIO among its packages' },
  clientEnv: (at) => ({
    AWS_ENDPOINT_URL: `http://${at.host}:${at.port}`,
    AWS_ACCESS_KEY_ID: at.user,
    AWS_SECRET_ACCESS_KEY: at.password,
    AWS_REGION: REGION,
  }),
};

function setUp({ resource, credentials }: ServerSpec): readonly SetUpStep[] {
  const buckets = resource.settings.options['buckets'];
  if (!Array.isArray(buckets)) return [];
  const keys = { accessKey: credentials?.user ?? '', secretKey: credentials?.password ?? '', region: REGION };
  return buckets.map((bucket) => ({
    kind: 'http',
    doing: `making bucket ${String(bucket)}`,
    port: 's3',
    accepts: [ALREADY_THERE],
    request: (host, now) => signedRequest('PUT', `/${String(bucket)}`, { host, now, ...keys }),
  }));
}
