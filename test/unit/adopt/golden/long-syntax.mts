// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, service, task } from 'devstack';

const api = container({
  image: 'ghcr.io/acme/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  ports: { http: { port: 'auto', containerPort: 9000 } },
  healthcheck: {
    http: '/ready',
    interval: '10s',
    timeout: '2s',
    startPeriod: '20s',
    retries: 5,
  },
  user: '1000:1000',
});

const seed = task({
  run: 'python seed.py',
  cwd: './seed',
  build: './seed',
  env: { API: `${api.url}/v1/` },
});

// configs: not carried over
const web = service({
  dev: 'npm run dev',
  cwd: './web',
  build: {
    context: './web',
    dockerfile: 'Dockerfile.dev',
    target: 'dev',
    args: { API: api.publicUrl },
  },
  ports: {
    site: { port: 8080, containerPort: 80 },
    port9090: { port: 9090, protocol: 'udp' },
    port443: { port: 'auto', containerPort: 443 },
  },
  dependsOn: [api, seed],
  stopGracePeriod: '30s',
  stopSignal: 'SIGQUIT',
  deploy: {
    replicas: 2,
    resources: { requests: { memory: '128Mi' }, limits: { cpu: '0.5', memory: '512Mi' } },
  },
});

export default defineConfig({
  resources: { api, seed, web },
});
