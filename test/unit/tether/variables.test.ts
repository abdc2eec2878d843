import { expect, test } from 'vitest';
import type { Reached } from '../../../src/tether/messages.ts';
import { addressVariables } from '../../../src/tether/variables.ts';

const at = (port: number, url?: string) => ({ host: '127.0.0.1', port, ...(url !== undefined && { url }) });
const reached = (ports: Reached['ports']): Reached => ({ ports, env: {} });

test('each port has a URL, a host and a number, and the first of a resource its name alone', () => {
  const found = addressVariables({
    db: reached({ sql: at(5432, 'postgres://me:pw@127.0.0.1:5432/db') }),
    'web-app': reached({ http: at(80, 'http://127.0.0.1:80'), 'grpc.v1': at(81) }),
    job: reached({}),
  });
  expect(found).toEqual({
    env: {
      DB_URL: 'postgres://me:pw@127.0.0.1:5432/db',
      DB_HOST: '127.0.0.1',
      DB_PORT: '5432',
      WEB_APP_URL: 'http://127.0.0.1:80',
      WEB_APP_HOST: '127.0.0.1',
      WEB_APP_PORT: '80',
      WEB_APP_GRPC_V1_HOST: '127.0.0.1',
      WEB_APP_GRPC_V1_PORT: '81',
    },
    clashes: [],
  });
});

test('of two with one name the first port of a resource has it, and the other is named', () => {
  const { env, clashes } = addressVariables({
    api: reached({ http: at(1), grpc: at(2) }),
    'api-grpc': reached({ http: at(3) }),
  });
  expect(env['API_GRPC_PORT']).toBe('3');
  expect(clashes).toEqual([
    { variable: 'API_GRPC_HOST', has: 'api-grpc', without: 'api (grpc)' },
    { variable: 'API_GRPC_PORT', has: 'api-grpc', without: 'api (grpc)' },
  ]);
});
