import { expect, test } from 'vitest';
import { violationsOf } from '../../../../src/promote/compose/rules.ts';
import type { RuledFile, RuledService } from '../../../../src/promote/compose/rules.ts';

const good: RuledService = {
  image: 'redis:8',
  networks: ['inner'],
  ports: ['127.0.0.1:${CACHE_PORT:-6379}:6379'],
  volumes: ['data:/data'],
  configs: [{ source: 'conf' }],
  environment: { URL: 'redis://:${PASSWORD:?}@cache:6379', LEVEL: 'info' },
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
  deploy: { resources: { limits: { cpus: '1', memory: '1g', pids: 100 } } },
};
const file = (change: Partial<RuledService>, more: RuledFile['services'] = {}): RuledFile => ({
  services: { cache: { ...good, ...change }, ...more },
  networks: { inner: {} },
  volumes: { data: {} },
  configs: { conf: {} },
});
const rulesOf = (of: RuledFile, isPublic = false) => violationsOf(of, () => isPublic).map(({ rule }) => rule);

test('a service as it should be breaks none', () => {
  expect(rulesOf(file({}))).toEqual([]);
  expect(rulesOf(file({ image: 'x@sha256:12', build: undefined }))).toEqual([]);
  expect(rulesOf(file({ image: 'localhost:5000/x:1' }))).toEqual([]);
});

test.each<[rule: string, change: Partial<RuledService>]>([
  ['image', { image: undefined }],
  ['image-untagged', { image: 'redis' }],
  ['image-untagged', { image: 'localhost:5000/redis' }],
  ['image-latest', { image: 'redis:latest' }],
  ['restart', { restart: undefined }],
  ['limits', { deploy: { resources: { limits: { cpus: '1', memory: '1g' } } } }],
  ['capabilities', { cap_drop: ['NET_RAW'] }],
  ['new-privileges', { security_opt: [] }],
  ['privileged', { privileged: true }],
  ['host-folder', { volumes: ['./src:/src'] }],
  ['no-network', { networks: ['other'] }],
  ['no-volume', { volumes: ['other:/data'] }],
  ['no-config', { configs: [{ source: 'other' }] }],
  ['no-service', { depends_on: { other: { condition: 'service_started' } } }],
  ['port-for-all', { ports: ['6379:6379'] }],
  ['secret', { environment: { PASSWORD: 'x' } }],
  ['secret', { environment: { URL: 'redis://:pw@cache' } }],
  ['secret-argument', { command: ['redis-server', '--requirepass', '${CACHE_PASSWORD:?}'] }],
])('%s', (rule, change) => {
  expect(rulesOf(file(change))).toEqual([rule]);
});

test('a port that is meant for all is no mistake, one that two services have is', () => {
  expect(rulesOf(file({ ports: ['6379:6379'] }), true)).toEqual([]);
  expect(rulesOf(file({}, { other: good }))).toEqual(['port-twice']);
});

test('what can never come true is not waited for', () => {
  const waits = (condition: string): RuledService => ({ ...good, ports: [], depends_on: { cache: { condition } } });
  expect(rulesOf(file({}, { api: waits('service_healthy') }))).toEqual(['never-healthy']);
  expect(rulesOf(file({ healthcheck: {} }, { api: waits('service_healthy') }))).toEqual([]);
  expect(rulesOf(file({}, { api: waits('service_completed_successfully') }))).toEqual(['never-done']);
  expect(rulesOf(file({ restart: 'no' }, { api: waits('service_completed_successfully') }))).toEqual([]);
});
