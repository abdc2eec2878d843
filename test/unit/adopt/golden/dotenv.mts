// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, param, postgres, secret, worker } from 'devstack';

const collector = container({
  image: 'otel/opentelemetry-collector:0.120.0',
  port: 4318,
  volumes: { './tools/collector.yaml': '/etc/otelcol/config.yaml' },
});

const postgresServer = postgres({
  version: '17',
  database: 'shop',
  user: 'shopkeeper',
  password: secret('POSTGRES_PASSWORD', { generate: true }),
});

const api = worker({
  dev: 'node api.js',
  cwd: './api',
  build: './api',
  env: {
    COLLECTOR_HOST: collector.host,
    COLLECTOR_URL: collector.url,
    DB_HOST: postgresServer.host,
    DB_USER: postgresServer.user,
    DB_PASSWORD: postgresServer.password,
    TZ: param('TZ'),
  },
});

const backup = container({ image: 'acme/backup', autostart: false });

export default defineConfig({
  resources: { collector, postgres: postgresServer, api, backup },
  groups: { tools: [backup] },
});
