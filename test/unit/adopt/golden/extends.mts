// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, redis, service, worker } from 'devstack';

// No command for this machine was found: it runs as a container. With dev: it would run natively.
const base = worker({ build: '.', env: { LOG: 'info', REGION: 'eu' }, autostart: false });

const api = service({
  dev: 'node api.js',
  build: '.',
  port: 3000,
  env: { LOG: 'debug', REGION: 'eu' },
  autostart: false,
});

const cache = redis({ version: '7-alpine' });

const jobs = worker({
  dev: 'node worker.js',
  cwd: './worker',
  build: './worker',
  env: { QUEUE: `${cache.url}/2` },
  envFile: './common/worker.env',
  restart: 'no',
});

export default defineConfig({
  resources: { base, api, cache, jobs },
  groups: { never: [base, api] },
});
