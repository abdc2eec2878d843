import { container, defineConfig, mysql } from 'devstack';

const db = mysql({ version: '8.4', database: 'wordpress' });

const wordpress = container({
  image: 'wordpress:6.8-php8.3-apache',
  ports: { http: { containerPort: 80 } },
  volumes: { content: '/var/www/html/wp-content' },
  env: {
    WORDPRESS_DB_HOST: `${db.host}:${db.port}`,
    WORDPRESS_DB_NAME: db.database,
    WORDPRESS_DB_USER: db.user,
    WORDPRESS_DB_PASSWORD: db.password,
  },
  // Before it is installed, every page leads to the installation.
  healthcheck: { ready: '/wp-login.php', live: { tcp: true } },
  deploy: { replicas: 3, public: true },
});

export default defineConfig({ name: 'wordpress', resources: { db, wordpress } });
