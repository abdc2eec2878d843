// Made from docker-compose.yml by devstack init. Check each line that has a comment above it.

import { defineConfig, service } from 'devstack';

const api = service({
  dev: 'npm run dev -- --port $PORT',
  cwd: './api',
  build: './api',
  ports: { http: { port: 'auto', containerPort: 3000 } },
  env: { MODE: 'development' },
});

export default defineConfig({
  resources: { api },
});
