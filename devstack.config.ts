import { defineConfig, postgres, service, task, worker } from 'devstack';

const db = postgres({ version: '17' });

const migrate = task({
  cwd: './examples/shop/migrate',
  run: 'node migrate.mjs',
  env: { DATABASE_URL: db.url },
});

const api = service({
  cwd: './examples/shop/api',
  dev: 'node server.mjs',
  watch: '.',
  env: { DATABASE_URL: db.url },
  dependsOn: migrate,
  healthcheck: '/healthz',
});

const fulfilment = worker({
  cwd: './examples/shop/worker',
  dev: 'node worker.mjs',
  watch: '.',
  env: { DATABASE_URL: db.url },
  dependsOn: migrate,
});

// Its address is all that web needs of api, so both start at the same time.
const web = service({
  cwd: './examples/shop/web',
  dev: 'node server.mjs',
  watch: '.',
  env: { API_URL: api.url },
  healthcheck: '/healthz',
  links: { 'Products as JSON': `${api.publicUrl}/products` },
});

export default defineConfig({
  name: 'shop',
  resources: { db, migrate, api, worker: fulfilment, web },
});
