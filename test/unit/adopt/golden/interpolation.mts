// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, param, secret, service } from 'devstack';

const app = service({
  dev: 'node server.js --greeting "${GREETING}"',
  port: 3000,
  env: () => ({
    PLAIN: param('REGION'),
    DEFAULTED: param('LEVEL', { default: 'info' }),
    EMPTY_TOO: param('LEVEL', { default: '' }),
    NESTED: param('A', { default: 'deep' }),
    NEEDED: param('ACCOUNT'),
    ONLY_IF: 'x',
    PRICE: '$5',
    MIXED: `https://${param('REGION', { default: 'eu' })}.example.com/${param('PATH_SUFFIX', { default: 'v1' })}`,
    PASSED: param('PASSED'),
    STRIPE_API_KEY: secret('STRIPE_API_KEY'),
    API_TOKEN: secret('API_TOKEN'),
    SESSION_SECRET: secret('SESSION_SECRET', { generate: true }),
    FROM_FILE: `${app.url}/x`,
  }),
});

export default defineConfig({
  resources: { app },
});
