// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, mysql, param, postgres, secret, worker } from 'devstack';

const db = postgres({
  version: '17',
  password: secret('DB_PASSWORD', { generate: true }),
  env: {
    REPLICATION_PASSWORD: secret('REPLICATION_PASSWORD', { generate: true }),
    TZ: param('TZ'),
  },
});

const blobs = container({
  image: 'cgr.dev/acme/minio',
  ports: { http: { port: 'auto', containerPort: 9000 } },
  env: {
    MINIO_ROOT_USER: 'blob',
    MINIO_ROOT_PASSWORD: secret('BLOB_PASSWORD', { generate: true }),
  },
});

const events = container({
  image: 'clickhouse/clickhouse-server:25.8',
  ports: {
    http: { port: 'auto', containerPort: 9000 },
    port8123: { port: 'auto', containerPort: 8123 },
  },
  env: {
    CLICKHOUSE_USER: 'writer',
    CLICKHOUSE_PASSWORD: secret('CLICKHOUSE_PASSWORD', { generate: true }),
    CLICKHOUSE_SKIP_USER_SETUP: 'no',
  },
});

const sql = container({
  image: 'mcr.microsoft.com/mssql/server:2022-latest',
  ports: { http: { port: 'auto', containerPort: 1433 } },
  env: {
    ACCEPT_EULA: 'Y',
    MSSQL_SA_PASSWORD: secret('MSSQL_SA_PASSWORD', { generate: true }),
  },
});

const mysqlServer = mysql({ version: '8', database: 'shop', user: 'shopkeeper' });

const api = worker({
  dev: 'npm run dev',
  cwd: './api',
  build: './api',
  env: {
    DATABASE_URL: `${db.url}?sslmode=disable`,
    REPORT_URL: `postgresql://${db.user}:${db.password}@${db.host}:${db.port}/reports`,
    PGHOST: db.host,
    PGUSER: db.user,
    PGPASSWORD: db.password,
    PGDATABASE: db.database,
    UPLOAD_SECRET_ACCESS_KEY: secret('BLOB_PASSWORD', { generate: true }),
    EVENTS_URL: `clickhouse://writer:${secret('CLICKHOUSE_PASSWORD', { generate: true })}@${events.host}:${events.port}/shop`,
    EVENTS_PAGE: `http://writer:${secret('CLICKHOUSE_PASSWORD', { generate: true })}@${events.endpoint('port8123').host}:${events.endpoint('port8123').port}`,
    ConnectionStrings__Orders: `Server=tcp:${sql.host},${sql.port};Database=orders;User Id=sa;Password=${secret('MSSQL_SA_PASSWORD', { generate: true })};Encrypt=false`,
    LIBPQ: `host=${db.host} port=${db.port} user=${db.user} password=${db.password} dbname=${db.database} sslmode=disable`,
    GO_DSN: `${mysqlServer.user}:${mysqlServer.password}@tcp(${mysqlServer.host}:${mysqlServer.port})/${mysqlServer.database}?parseTime=true`,
    MYSQL_PASSWORD: mysqlServer.password,
    SPRING_DATASOURCEPASSWORD: secret('SPRING_DATASOURCEPASSWORD', { generate: true }),
  },
});

export default defineConfig({
  resources: { db, blobs, events, sql, mysql: mysqlServer, api },
});
