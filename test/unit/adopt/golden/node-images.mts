// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, service } from 'devstack';

const web = service({
  dev: 'npm run dev',
  cwd: './web',
  port: 5173,
  env: () => ({ VITE_API: `${api.publicUrl}/api` }),
});

const api = service({
  dev: 'bun run --hot index.ts',
  cwd: './api',
  ports: { http: { port: 8000, containerPort: 3000, env: 'SERVER_PORT' } },
  env: () => ({ FRONTEND_URL: web.origin, SELF: api.url }),
});

export default defineConfig({
  resources: { web, api },
});
