import { expect, test } from 'vitest';
import { gatewayFailure, type GatewayNeed } from '../../../src/core/gateway.ts';

const needs: readonly GatewayNeed[] = [
  { container: 'proxy', resource: 'api', port: 8080 },
  { container: 'proxy', resource: 'api', port: 9090 },
  { container: 'other', resource: 'web', port: 3000 },
];
const api = (hosts: Readonly<Record<number, readonly string[]>>) =>
  gatewayFailure('api', 'process', needs, (port) => hosts[port] ?? []);

test.each([['127.0.0.1'], ['127.0.1.1'], ['::1'], ['::ffff:127.0.0.1']])('%s is for this machine only', (host) => {
  expect(api({ 8080: [host] })).toEqual({
    code: 'loopback-only',
    resource: 'api',
    kind: 'process',
    host,
    port: 8080,
    containers: ['proxy'],
  });
});

test.each([['0.0.0.0'], ['::'], ['172.17.0.1'], ['192.168.1.7']])('%s is reached by containers', (host) => {
  expect(api({ 8080: [host] })).toBeUndefined();
});

test('one address that is reached is enough; a port nobody listens on and ports of others tell nothing', () => {
  expect(api({ 8080: ['127.0.0.1', '::'] })).toBeUndefined();
  expect(api({})).toBeUndefined();
  expect(api({ 3000: ['127.0.0.1'] })).toBeUndefined();
  expect(api({ 8080: ['0.0.0.0'], 9090: ['127.0.0.1'] })).toMatchObject({ port: 9090 });
});
