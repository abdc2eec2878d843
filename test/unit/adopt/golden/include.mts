// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, mysql, service } from 'devstack';

const mysqlServer = mysql({
  version: '8.4',
  database: 'acme',
  user: 'acme',
  init: './infra/sql',
  files: { './infra/my.cnf': '/etc/mysql/conf.d/my.cnf' },
});

const adminer = container({
  image: 'adminer',
  ports: { http: { port: 8082, containerPort: 8080 } },
  autostart: false,
});

const app = service({
  dev: 'go run .',
  build: { context: '.', dockerfile: 'docker/app.Dockerfile' },
  ports: { http: { port: 8081, containerPort: 8080 } },
  env: { DATABASE_URL: mysqlServer.url },
  envFile: ['.env.app', '.env.extra'],
});

export default defineConfig({
  name: 'acme',
  resources: { mysql: mysqlServer, adminer, app },
  groups: { tools: [adminer], debug: [adminer] },
});
