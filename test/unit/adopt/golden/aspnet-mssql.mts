// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, service } from 'devstack';

// No command for this machine was found: it runs as a container. With dev: it would run natively.
const web = service({ build: './app/aspnetapp', port: 80 });

// A secret stands in its command as well: it is kept as it was. Make it a secret() in both.
const db = container({
  image: 'mcr.microsoft.com/azure-sql-edge:1.0.4',
  env: { ACCEPT_EULA: 'Y', SA_PASSWORD: 'example_123' },
  healthcheck: {
    command: "/opt/mssql-tools/bin/sqlcmd -S localhost -U sa -P example_123 -Q 'SELECT 1' || exit 1",
    interval: '10s',
    timeout: '3s',
    startPeriod: '10s',
    retries: 10,
  },
});

export default defineConfig({
  resources: { web, db },
});
