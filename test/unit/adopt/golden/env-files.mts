// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, mailpit, postgres, redis, service, worker } from 'devstack';

const db = postgres({ version: '17', database: 'shop', user: 'shopkeeper' });

const cache = redis({ version: '8', port: 6380 });

const mail = mailpit();

const api = service({
  dev: 'npm run dev',
  cwd: './api',
  build: './api',
  ports: { http: { port: 'auto', containerPort: 3000 } },
  env: { DATABASE_URL: db.url, CACHE_URL: `${cache.url}/1`, MAIL_PAGE: mail.webUrl },
  envFile: 'api.env',
});

const jobs = worker({
  dev: 'npm run dev',
  cwd: './jobs',
  build: './jobs',
  env: { POSTGRES_PASSWORD: db.password },
  envFile: 'db.env',
});

export default defineConfig({
  resources: { db, cache, mail, api, jobs },
});
