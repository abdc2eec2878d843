import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { redis, service, task } from '../../../../src/index.ts';
import { promoteResources } from '../../../rig/promote.ts';

const image = 'node:20-alpine';
const servicesOf = (text: string) =>
  (parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Record<string, unknown>>> }).services;

test('a sidecar shares the network of its program, and reaches what its addresses lead to', () => {
  const cache = redis();
  const other = redis();
  const api = service({
    image,
    port: 3000,
    env: { CACHE: cache.url },
    sidecars: [
      { name: 'proxy', image: 'envoyproxy/envoy:v1.33.0', args: ['--cost', '$5'], env: { UPSTREAM: other.url } },
      { name: 'tail', image: 'busybox:1.37', command: 'tail -F /var/log/x', resources: { limits: { memory: '64Mi' } } },
    ],
  });
  const { text, violations, notes } = promoteResources({ cache, other, api });
  expect([violations, notes]).toEqual([[], []]);
  const services = servicesOf(text);
  const main = services['api'] ?? {};
  expect(main['depends_on']).toEqual({
    cache: { condition: 'service_healthy' },
    other: { condition: 'service_healthy' },
  });
  const joined = (name: string) => services[name]?.['networks'] as readonly string[];
  for (const server of ['cache', 'other'])
    expect(joined(server).some((network) => joined('api').includes(network))).toBe(true);
  expect(services['api-proxy']).toMatchObject({
    image: 'envoyproxy/envoy:v1.33.0',
    command: ['--cost', '$$5'],
    environment: { UPSTREAM: 'redis://other:6379' },
    network_mode: 'service:api',
    depends_on: { api: { condition: 'service_started', restart: true } },
    cap_drop: ['ALL'],
    restart: 'unless-stopped',
  });
  expect(services['api-proxy']).not.toHaveProperty('networks');
  expect(services['api-tail']).toMatchObject({
    command: ['tail', '-F', '/var/log/x'],
    deploy: { resources: { limits: { cpus: '0.25', memory: '64m', pids: 512 } } },
  });
});

test('a sidecar has a name that nobody else has', () => {
  const api = service({ image, sidecars: [{ name: 'proxy', image: 'x:1' }] });
  const { plan } = promoteResources({ api, apiProxy: service({ image }) });
  expect(plan.problems.map(({ code, message }) => [code, message])).toEqual([
    ['name-taken', expect.stringContaining('api has a sidecar that is called api-proxy there, and another resource')],
  ]);
});

test('what has a schedule runs when it is asked for, and says so', () => {
  const clean = task({ cwd: 'api', run: 'node clean.mjs', schedule: '0 3 * * *' });
  const { text, notes } = promoteResources({ clean });
  expect(servicesOf(text)['clean']).toMatchObject({ profiles: ['manual'], restart: 'no' });
  expect(notes.map((note) => note.text)).toEqual([
    'schedule 0 3 * * *: nothing has a clock here, so it runs when it is asked for: docker compose run --rm clean',
  ]);
});
