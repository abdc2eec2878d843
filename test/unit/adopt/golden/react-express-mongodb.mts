// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, mongodb, service } from 'devstack';

const mongo = mongodb({ version: '4.2.0' });

const backend = service({
  dev: 'npm run start',
  cwd: './backend',
  build: { context: './backend', target: 'development' },
  ports: { http: { port: 'auto', containerPort: 3000 } },
  dependsOn: mongo,
});

const frontend = service({
  dev: 'npm run start',
  cwd: './frontend',
  build: { context: './frontend', target: 'development' },
  port: 3000,
  dependsOn: backend,
});

export default defineConfig({
  resources: { mongo, backend, frontend },
});
