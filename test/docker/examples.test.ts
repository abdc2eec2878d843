import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { answering } from '../process/play.ts';
import { urlOf } from '../rig/demo.ts';
import { nothingLeft, type Running } from '../rig/devstack.ts';
import { cloneExample, inExample, missing } from '../rig/examples.ts';
import { until } from '../rig/until.ts';
import { helloAnswer } from '../unit/kinds/mongo-wire.ts';
import { cleanUp, describeDocker, foundHere } from './engine-rig.ts';

const noDocker = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
const examples = readdirSync(new URL('../../examples', import.meta.url)).filter((name) => name !== 'shop');
const noGo = missing('go');
const noGoOrPython = missing('go', 'python3');
const nats = await foundHere('nats');
const redis = await foundHere('redis');

const used: string[] = [];
const folders: string[] = [];
let stack: Running | undefined;

afterEach(async () => {
  stack?.process.kill('SIGTERM');
  await stack?.finished;
  stack = undefined;
  for (const folder of folders.splice(0)) {
    await nothingLeft(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

function clone(name: string): string {
  const folder = cloneExample(name);
  folders.push(folder);
  return folder;
}

function edit(folder: string, changes: readonly (readonly [from: string, to: string])[]): void {
  const file = path.join(folder, 'devstack.config.ts');
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
}

async function up(folder: string, ready: RegExp, env: Readonly<Record<string, string>> = {}): Promise<Running> {
  stack = inExample(folder, ['up'], env);
  await stack.seen(ready);
  used.push(readSession(projectPaths(folder))?.instance ?? '');
  return stack;
}

/** Ctrl-C: all of it stops when asked, nothing had to be killed. */
async function stop(running: Running): Promise<void> {
  const from = running.output().length;
  running.process.kill('SIGINT');
  expect((await running.finished).code).toBe(130);
  expect(running.output().slice(from)).not.toMatch(/kill|fail/i);
}

async function ask(url: string, init?: RequestInit): Promise<readonly [number, unknown]> {
  const response = await fetch(url, init);
  const text = await response.text();
  return [response.status, text === '' ? undefined : JSON.parse(text)];
}

describe('every example', () => {
  test.each(examples)('%s is a config without a problem, for each target', async (name) => {
    const folder = clone(name);
    const { code, stdout } = await inExample(folder, ['check'], noDocker).finished;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^devstack\.config\.ts: \d+ resources, /)]);
    for (const target of ['dev', 'compose', 'kind']) {
      const rendered = await inExample(folder, ['render', '--target', target]).finished;
      expect([target, rendered.code, rendered.stderr]).toEqual([target, 0, '']);
    }
  });

  test.each([
    ['gateway', 'docs (mongodb) cannot be started'],
    ['wordpress', 'wordpress (container) cannot be started'],
  ])('%s says what it cannot start where no engine answers', async (name, message) => {
    const { code, stderr } = await inExample(clone(name), ['check'], noDocker).finished;
    expect([code, stderr]).toEqual([0, expect.stringContaining(message)]);
  });
});

async function countsWords(running: Running): Promise<void> {
  const api = urlOf(running, 'api');
  expect(await (await fetch(api)).text()).toContain('<h1>Words</h1>');
  await fetch(`${api}/texts`, { method: 'POST', body: 'The cat, the dog' });
  await fetch(`${api}/texts`, { method: 'POST', body: 'a cat' });
  const totals = () => ask(`${api}/totals`);
  await until(async () => JSON.stringify(await totals()).includes('"a"'));
  expect(await totals()).toEqual([200, { a: 1, cat: 2, dog: 1, the: 2 }]);
  expect(await ask(`${urlOf(running, 'board')}/totals`)).toEqual(await totals());
}

test.skipIf(noGoOrPython || nats.why)(`polyglot counts words without Docker${noGoOrPython || nats.why}`, async () => {
  const running = await up(clone('polyglot'), /all 4 ready in/, noDocker);
  await countsWords(running);
  await stop(running);
});

async function keepsTasks(running: Running): Promise<void> {
  const [api, frontend] = [urlOf(running, 'api'), urlOf(running, 'frontend')];
  expect(await (await fetch(frontend)).text()).toContain(`<meta name="api" content="${api}" />`);
  const listed = async () => {
    const response = await fetch(`${api}/tasks`);
    expect(response.headers.get('access-control-allow-origin')).toBe(frontend);
    return [response.headers.get('x-source'), ((await response.json()) as readonly unknown[]).length];
  };
  const change = (method: string, body: unknown) => ask(`${api}/tasks`, { method, body: JSON.stringify(body) });
  expect([await listed(), await listed()]).toEqual([
    ['database', 2],
    ['cache', 2],
  ]);
  expect(await change('POST', { title: 'Test it' })).toEqual([201, { id: 3, title: 'Test it', done: false }]);
  expect(await change('PATCH', { id: 3, done: true })).toEqual([200, { id: 3, done: true }]);
  expect(await change('PATCH', { id: 4, done: true })).toEqual([404, { error: 'there is no task 4' }]);
  expect(await change('POST', {})).toEqual([400, { error: 'title must be a text' }]);
  expect(await listed()).toEqual(['database', 3]);
}

test.skipIf(redis.why)(`tasks are kept without Docker${redis.why}`, async () => {
  const folder = clone('tasks');
  // The version is the one that is here: none is taken for another.
  edit(folder, [['redis()', `redis({ version: '${redis.version?.split('.')[0]}' })`]]);
  const running = await up(folder, /all 4 ready in/, noDocker);
  await keepsTasks(running);
  await stop(running);
});

describeDocker('examples with a Docker engine', () => {
  cleanUp(() => used);

  test.skipIf(noGoOrPython)(`polyglot counts words${noGoOrPython}`, async () => {
    const running = await up(clone('polyglot'), /all 4 ready in/);
    await countsWords(running);
    await stop(running);
  });

  test('tasks are kept, cached and shown to the page of another origin', async () => {
    const running = await up(clone('tasks'), /all 4 ready in/);
    await keepsTasks(running);
    await stop(running);
  });

  test.skipIf(noGo)(`identity starts its fifteen services, and audits what they change${noGo}`, async () => {
    const running = await up(clone('identity'), /all 21 ready in/);
    const names = [...running.output().matchAll(/^([a-z]+)-service +· ready/gm)].map(([, name = '']) => name);
    expect(names.length).toBe(14);
    const checked = { redis: 'PING is answered with PONG' };
    for (const name of names) {
      const service = `${name}-service`;
      const database = `SSLRequest is answered; the database is to be authms_${name}`;
      expect(await ask(`${urlOf(running, service)}/ready`)).toEqual([200, { ...checked, service, database }]);
    }
    const audit = urlOf(running, 'audit-service-api');
    expect(await ask(`${audit}/ready`)).toMatchObject([200, { ...checked, amqp: 'the virtual host is opened' }]);
    expect(await ask(`${audit}/audit`, { method: 'POST', body: 'a lie' })).toEqual([
      403,
      { error: 'not signed by one of our services' },
    ]);
    const ada = `${urlOf(running, 'identity-service')}/identities/ada`;
    expect((await ask(ada))[0]).toBe(404);
    expect(await ask(ada, { method: 'PUT', body: '{"name":"Ada"}' })).toEqual([204, undefined]);
    expect(await ask(ada)).toEqual([200, { name: 'Ada' }]);
    await running.seen(/audit-service-processor +\| kept "identity-service: identities:ada changed"/);
    const [, state] = await ask(`${urlOf(running, 'web')}/state`);
    expect(state).toMatchObject({ audit: ['identity-service: identities:ada changed'] });
    await stop(running);
  });

  // No image of MongoDB is on test machines: a server of the test greets as the recorded contract has it.
  test('the gateway counts in Redis how often a client asks, and management sees it', async () => {
    const folder = clone('gateway');
    const port = await answering(() => helloAnswer({ isWritablePrimary: true }));
    edit(folder, [
      ["mongodb({ version: '7', database: 'zerq' })", `{ url: 'mongodb://app:x@127.0.0.1:${port}/zerq' }`],
      ['resources: { docs, ', 'resources: { '],
      ['REQUESTS_PER_MINUTE: 60', 'REQUESTS_PER_MINUTE: 0'],
    ]);
    const running = await up(folder, /all 3 ready in/);
    expect(await ask(urlOf(running, 'gateway'), { headers: { 'x-client': 'ada' } })).toEqual([
      429,
      { error: 'ada has asked more than 0 times this minute' },
    ]);
    expect(await ask(urlOf(running, 'management'))).toEqual([200, { gateway: { passed: 0, refused: 1 } }]);
    await stop(running);
  });
});
