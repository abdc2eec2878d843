// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, postgres } from 'devstack';

const db = postgres({ version: 'alpine', database: 'gitea', user: 'gitea' });

const gitea = container({
  image: 'gitea/gitea:latest',
  port: 3000,
  volumes: { git_data: '/data' },
  env: {
    DB_TYPE: 'postgres',
    DB_HOST: `${db.host}:${db.port}`,
    DB_NAME: db.database,
    DB_USER: db.user,
    DB_PASSWD: db.password,
  },
});

export default defineConfig({
  resources: { db, gitea },
});
