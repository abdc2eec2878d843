// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, postgres, redis, secret, valkey, worker } from 'devstack';

const one = valkey({ version: '8', args: ['--maxmemory', '64mb'] });

// command: a script of the shell is not carried over
const two = redis({ version: '8' });

const three = redis({ version: '8', password: secret('CACHE_AUTH', { generate: true }) });

// entrypoint: not carried over
const db = postgres({ version: '17', args: ['-c', 'max_connections=50'] });

const api = worker({
  dev: 'npm run dev',
  cwd: './api',
  build: './api',
  env: {
    ONE_HOST: one.host,
    ONE_PASSWORD: one.password,
    CACHE_HOST: three.host,
    CACHE_AUTH: three.password,
  },
});

export default defineConfig({
  resources: { one, two, three, db, api },
});
