// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, mongodb, postgres, secret, service } from 'devstack';

const registry = container({ image: 'springcloud/eureka:latest', port: 8761 });

const ordersDb = postgres({
  version: '17',
  database: 'orders',
  user: 'orders',
  password: secret('ORDERS_PASSWORD', { generate: true }),
});

const documents = mongodb({ version: '8', database: 'stock', replicaSet: true });

const orders = service({
  dev: './mvnw spring-boot:run',
  cwd: './orders',
  build: './orders',
  ports: { http: { port: 8081, containerPort: 8080 } },
  env: () => ({
    SPRING_DATASOURCE_URL: ordersDb.jdbcUrl,
    SPRING_DATASOURCE_USERNAME: ordersDb.user,
    SPRING_DATASOURCE_PASSWORD: ordersDb.password,
    STOCK_URL: `${stock.url}/v1`,
    EUREKA_CLIENT_SERVICEURL_DEFAULTZONE: `${registry.url}/eureka`,
  }),
});

const stock = service({
  dev: 'gradle bootRun',
  cwd: './stock',
  build: './stock',
  ports: { http: { port: 'auto', containerPort: 8080 } },
  env: { ORDERS_URL: orders.url, SPRING_DATA_MONGODB_URI: documents.url },
});

export default defineConfig({
  resources: { registry, ordersDb, documents, orders, stock },
});
