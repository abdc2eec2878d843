// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, postgres, rabbitmq, redis, service, worker } from 'devstack';

const pg = postgres({ image: 'pgvector/pgvector:pg17', user: 'app' });

const mq = rabbitmq({ version: '3-management', port: 5672 });

const flower = container({
  image: 'mher/flower:2.0',
  port: 5555,
  env: { CELERY_BROKER_URL: mq.url },
  autostart: false,
});

// bitnami/redis:7.2: the image devstack uses by itself takes its place
const kv = redis();

const web = service({
  dev: 'gunicorn app:wsgi --bind 0.0.0.0:$PORT --reload',
  build: '.',
  port: 8000,
  env: {
    DATABASE_URL: `postgresql+asyncpg://${pg.user}:${pg.password}@${pg.host}:${pg.port}/${pg.database}`,
    CELERY_BROKER_URL: mq.url,
    CELERY_RESULT_BACKEND: `${kv.url}/1`,
    SENTRY_DSN: 'https://key@sentry.example.com/1',
  },
  envFile: '.env.dev',
});

const workerApp = worker({
  dev: 'celery -A app worker --loglevel=info',
  build: '.',
  env: {
    DATABASE_URL: `postgresql+asyncpg://${pg.user}:${pg.password}@${pg.host}:${pg.port}/${pg.database}`,
    CELERY_BROKER_URL: mq.url,
    CELERY_RESULT_BACKEND: `${kv.url}/1`,
    SENTRY_DSN: 'https://key@sentry.example.com/1',
    CONCURRENCY: 2,
  },
  envFile: '.env.dev',
});

const beat = worker({
  dev: 'celery -A app beat',
  build: '.',
  env: {
    DATABASE_URL: `postgresql+asyncpg://${pg.user}:${pg.password}@${pg.host}:${pg.port}/${pg.database}`,
    CELERY_BROKER_URL: mq.url,
    CELERY_RESULT_BACKEND: `${kv.url}/1`,
    SENTRY_DSN: 'https://key@sentry.example.com/1',
  },
  envFile: '.env.dev',
  autostart: false,
});

export default defineConfig({
  resources: { pg, mq, flower, kv, web, worker: workerApp, beat },
  groups: { cron: [beat, flower] },
});
