// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, mariadb, redis } from 'devstack';

const redisServer = redis({ version: 'alpine' });

const db = mariadb({
  version: '10.5',
  database: 'nextcloud',
  user: 'nextcloud',
  args: ['--transaction-isolation=READ-COMMITTED', '--binlog-format=ROW'],
});

const nc = container({
  image: 'nextcloud:apache',
  port: 80,
  volumes: { nc_data: '/var/www/html' },
  env: {
    REDIS_HOST: redisServer.host,
    MYSQL_HOST: db.host,
    MYSQL_DATABASE: db.database,
    MYSQL_USER: db.user,
    MYSQL_PASSWORD: db.password,
  },
});

export default defineConfig({
  resources: { redis: redisServer, db, nc },
});
