// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, param, postgres, redis, secret, service, task } from 'devstack';

const db = postgres({
  version: '16-alpine',
  port: 5432,
  database: 'shop',
  user: 'shop',
  password: secret('DB_PASSWORD', { generate: true }),
  init: './init',
});

const cache = redis({ version: '7' });

const migrate = task({
  run: 'npm run migrate',
  cwd: './api',
  build: './api',
  env: {
    LOG_LEVEL: param('LOG_LEVEL', { default: 'info' }),
    DATABASE_URL: `${db.url}?sslmode=disable`,
  },
});

// ulimits: not carried over
const search = container({
  image: 'getmeili/meilisearch:v1.13',
  port: 7700,
  volumes: { search: '/meili_data' },
  autostart: false,
});

const api = service({
  dev: 'npm run dev',
  cwd: './api',
  build: './api',
  ports: { http: { port: 4000, containerPort: 3000 } },
  env: () => ({
    LOG_LEVEL: param('LOG_LEVEL', { default: 'info' }),
    DATABASE_URL: `${db.url}?sslmode=disable`,
    REDIS_HOST: cache.host,
    REDIS_PORT: cache.port,
    JWT_SECRET: secret('JWT_SECRET', { generate: true }),
    CORS_ORIGIN: web.origin,
  }),
  healthcheck: { http: '/health', interval: '5s' },
  dependsOn: migrate,
});

// No command for this machine was found: it runs as a container. With dev: it would run natively.
const web = service({
  build: { context: './web', args: { VITE_API_URL: api.publicUrl } },
  ports: { http: { port: 8080, containerPort: 80 } },
  dependsOn: api,
});

export default defineConfig({
  name: 'shop',
  resources: { db, cache, migrate, search, api, web },
});
