import { defineConfig, postgres, redis, service } from 'devstack';
import type { Service } from 'devstack';

const db = postgres({ database: 'myapp', init: './schema.sql' });
const cache = redis();

const api: Service = service({
  cwd: './api',
  dev: 'node server.mjs',
  watch: '.',
  // A function, since frontend is made further down. An origin is a name only: api does not wait for it.
  env: () => ({ DATABASE_URL: db.url, REDIS_URL: cache.url, CORS_ORIGIN: frontend.origin }),
  healthcheck: { ready: '/ready', live: '/health' },
  deploy: {
    autoscale: { min: 2, max: 10, cpu: 70, memory: 80 },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '200m', memory: '256Mi' } },
    ingress: { rateLimit: 100 },
  },
});

const frontend = service({
  cwd: './frontend',
  dev: 'node server.mjs',
  watch: '.',
  build: './frontend',
  // The page calls the api from the browser, so it is the public address that it needs.
  env: { API_URL: api.publicUrl },
  healthcheck: '/healthz',
  links: { 'Tasks as JSON': `${api.publicUrl}/tasks` },
  deploy: { ingress: true },
});

export default defineConfig({ name: 'tasks', resources: { db, cache, api, frontend } });
