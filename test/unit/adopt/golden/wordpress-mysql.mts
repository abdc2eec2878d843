// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, mariadb } from 'devstack';

const db = mariadb({
  version: '10.6.4-focal',
  database: 'wordpress',
  user: 'wordpress',
  args: ['--default-authentication-plugin=mysql_native_password'],
});

const wordpress = container({
  image: 'wordpress:latest',
  port: 80,
  env: {
    WORDPRESS_DB_HOST: db.host,
    WORDPRESS_DB_USER: db.user,
    WORDPRESS_DB_PASSWORD: db.password,
    WORDPRESS_DB_NAME: db.database,
  },
});

export default defineConfig({
  resources: { db, wordpress },
});
