import { expect, test } from 'vitest';
import { createLookup } from '../../../src/config/addresses.ts';
import { useInstead, usesIn } from '../../../src/core/use.ts';
import type { Stack } from '../../../src/core/stack.ts';
import { container, postgres, service, task, worker } from '../../../src/index.ts';
import { stackOf } from '../../rig/promote.ts';

function shop(): Stack {
  const db = postgres();
  const api = service({
    dev: 'node api.js',
    image: 'ghcr.io/acme/api:1',
    env: { DATABASE_URL: db.url },
    healthcheck: '/ready',
    watch: 'src',
  });
  const bare = service({ dev: 'node bare.js', healthcheck: { command: 'true' } });
  const two = service({ dev: 'x', ports: { http: 'auto', grpc: 'auto' } });
  const job = worker({ dev: 'x', env: { API: api.url } });
  return stackOf({ db, api, bare, two, job, seed: task({ run: 'x' }), any: container({ image: 'nginx', port: 80 }) });
}

function used(name: string, instead: string): Stack {
  const result = useInstead(shop(), { name, instead });
  if (result.kind === 'refused') throw new Error(result.reason);
  return result.stack;
}

const named = (stack: Stack, name: string) => stack.resources.find((resource) => resource.name === name);

test('a service runs from its image with what it has besides, and everything else is as it was', () => {
  const [before, after] = [shop(), used('api', 'container')];
  const [native, image] = [named(before, 'api'), named(after, 'api')];
  expect(image).toMatchObject({
    kind: 'container',
    engine: 'container',
    runtime: 'docker',
    image: 'ghcr.io/acme/api:1',
    env: native?.env,
    ports: native?.ports,
    health: native?.health,
    dependencies: native?.dependencies,
  });
  for (const field of ['run', 'cwd', 'watch', 'role', 'tty']) expect(image).not.toHaveProperty(field);
  expect(after.resources.map(({ name }) => name)).toEqual(before.resources.map(({ name }) => name));
  expect(named(used('any', 'container'), 'any')).toEqual(named(before, 'any'));
});

test('a service that is elsewhere needs nothing, and is asked there whether it works', () => {
  expect(named(used('api', 'https://staging.example.com/v1/'), 'api')).toMatchObject({
    kind: 'process',
    elsewhere: { url: 'https://staging.example.com/v1', host: 'staging.example.com', port: 443 },
    env: {},
    dependencies: [],
    companions: [],
    health: { ready: { kind: 'http', path: '/ready' }, live: { kind: 'http' } },
  });
  expect(named(used('bare', 'tcp://10.0.0.7:4000'), 'bare')).toMatchObject({
    elsewhere: { url: 'tcp://10.0.0.7:4000', host: '10.0.0.7', port: 4000 },
    health: {},
  });
});

test('its address is the same for everybody; this machine has another name in a container', () => {
  const facts = { hostPort: () => 1, secret: () => 'x', param: () => 'x', gateway: 'gateway' };
  const valuesOf = (instead: string, kind: 'native' | 'container') => {
    const lookup = createLookup(used('api', instead), { target: 'dev', kind }, facts);
    return Object.fromEntries(
      ['url', 'host', 'port', 'publicUrl', 'origin'].map((part) => [
        part,
        lookup({ kind: 'resource', resource: 'api', part: `http.${part}` })?.text,
      ]),
    );
  };
  const staging = {
    url: 'https://staging.example.com/v1',
    host: 'staging.example.com',
    port: '443',
    publicUrl: 'https://staging.example.com/v1',
    origin: 'https://staging.example.com',
  };
  expect(valuesOf('https://staging.example.com/v1', 'native')).toEqual(staging);
  expect(valuesOf('https://staging.example.com/v1', 'container')).toEqual(staging);
  const here = { host: 'localhost', port: '4000', publicUrl: 'http://localhost:4000', origin: 'http://localhost:4000' };
  expect(valuesOf('http://localhost:4000', 'native')).toEqual({ ...here, url: 'http://localhost:4000' });
  expect(valuesOf('http://localhost:4000', 'container')).toEqual({
    ...here,
    url: 'http://gateway:4000',
    host: 'gateway',
  });
});

test.each([
  ['bare', 'container', /no image and no build/],
  ['seed', 'container', /a task runs natively/],
  ['seed', 'http://x', /no address/],
  ['job', 'http://x', /no address/],
  ['db', 'http://x', /a server with a login/],
  ['two', 'http://x', /several ports \(http, grpc\)/],
  ['api', 'http://me:secret@x', /login would be seen/],
  ['api', 'http://x/?token=1', /something behind its path/],
  ['api', 'tcp://x', /needs a host and a port/],
  ['api', 'kontainer', /neither 'container' nor a URL/],
  ['nobody', 'container', /no resource nobody/],
])('%s=%s is refused', (name, instead, reason) => {
  expect(useInstead(shop(), { name, instead })).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
});

test('what a running stack uses is found by who asks beside it', () => {
  const url = 'https://staging.example.com';
  const running = [{ name: 'api', kind: 'process' as const, elsewhere: url }];
  expect(usesIn(shop(), running)).toEqual([{ name: 'api', instead: url }]);
  expect(usesIn(used('api', url), running)).toEqual([]);
  expect(usesIn(shop(), [{ name: 'api', kind: 'container' }])).toEqual([{ name: 'api', instead: 'container' }]);
  expect(usesIn(shop(), [{ name: 'db', kind: 'container' }])).toEqual([]);
});
