import { defineConfig, mongodb, redis, secret, service } from 'devstack';

const docs = mongodb({ version: '7', database: 'zerq' });
const cache = redis();

const adminToken = secret('ADMIN_TOKEN', { generate: true, description: 'lets management see the state of gateway' });

const gateway = service({
  cwd: './gateway',
  dev: 'node server.mjs',
  watch: '.',
  build: './gateway',
  // http is what clients call, admin what probes and management see.
  ports: { http: 'auto', admin: 'auto' },
  env: { MONGODB_URI: docs.url, REDIS_URL: cache.url, ADMIN_TOKEN: adminToken, REQUESTS_PER_MINUTE: 60 },
  healthcheck: {
    ready: { http: '/health/ready', port: 'admin' },
    live: { http: '/health/live', port: 'admin', interval: '10s' },
  },
  deploy: {
    autoscale: { min: 3, max: 20, cpu: 70, memory: 80 },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1000m', memory: '512Mi' } },
    ingress: { maxBody: '10Mi', readTimeout: '300s' },
  },
});

const management = service({
  cwd: './management',
  dev: 'node server.mjs',
  watch: '.',
  build: './management',
  env: { MONGODB_URI: docs.url, GATEWAY_ADMIN_URL: gateway.endpoint('admin').url, ADMIN_TOKEN: adminToken },
  healthcheck: { ready: '/health/ready', live: '/health/live' },
});

export default defineConfig({ name: 'gateway', resources: { docs, cache, gateway, management } });
