import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { createServer } from 'node:net';

// The demo's own code where there is no database; with one it runs in the test of the demo stack.
const shop = path.resolve(import.meta.dirname, '../../examples/shop');
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function run(script: string, env: { readonly [name: string]: string }) {
  const child = spawn(process.execPath, [path.join(shop, script)], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }), errors: createInterface({ input: child.stderr }) };
}

async function startServer(script: string, env: { readonly [name: string]: string }) {
  const port = await unusedPort();
  const running = run(script, { ...env, PORT: String(port) });
  await once(running.lines, 'line');
  return { ...running, url: `http://127.0.0.1:${port}` };
}

async function ask(url: string, init?: RequestInit): Promise<readonly [number, unknown]> {
  const response = await fetch(url, init);
  return [response.status, await response.json()];
}

const nowhere = async () => `postgresql://app:secret@127.0.0.1:${await unusedPort()}/shop`;

test.each(['api/server.mjs', 'worker/worker.mjs', 'migrate/migrate.mjs', 'web/server.mjs'])(
  '%s says which variable is missing',
  async (script) => {
    const { child } = run(script, {});
    const errors = child.stderr ? text(child.stderr) : '';
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await errors).toMatch(/^(DATABASE|API)_URL is not set; devstack sets it from (db|api)\.url\n$/);
  },
);

test('without a database the api lives, says so, and stops when asked', async () => {
  const database = await nowhere();
  const { url, child } = await startServer('api/server.mjs', { DATABASE_URL: database });
  const address = new URL(database).host;
  const error = `database at ${address} is unreachable: connect ECONNREFUSED ${address}`;
  expect([await ask(`${url}/healthz`), await ask(`${url}/products`)]).toEqual([
    [503, { error }],
    [503, { error }],
  ]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([
  ['{', 'the body is not JSON'],
  ['null', 'product must be the id of a product'],
  ['{"product":"1","quantity":1}', 'product must be the id of a product'],
  ['{"product":1}', 'quantity must be a whole number from 1 to 100'],
  ['{"product":1,"quantity":0}', 'quantity must be a whole number from 1 to 100'],
  ['{"product":1,"quantity":1.5}', 'quantity must be a whole number from 1 to 100'],
  [`"${'x'.repeat(20_000)}"`, 'the body is larger than 10 kB'],
])('an order of %.40s is refused: %s', async (body, error) => {
  const { url } = await startServer('api/server.mjs', { DATABASE_URL: await nowhere() });
  expect(await ask(`${url}/orders`, { method: 'POST', body })).toEqual([400, { error }]);
});

test('an unknown path and a wrong method are told apart', async () => {
  const { url } = await startServer('api/server.mjs', { DATABASE_URL: await nowhere() });
  expect([await ask(`${url}//`), await ask(`${url}/products`, { method: 'DELETE' })]).toEqual([
    [404, { error: 'nothing at //' }],
    [405, { error: '/products does not take DELETE' }],
  ]);
});

test('the worker keeps trying and stops when asked', async () => {
  const database = await nowhere();
  const { child, errors } = run('worker/worker.mjs', { DATABASE_URL: database });
  const [line] = await once(errors, 'line');
  const address = new URL(database).host;
  expect(line).toBe(`database at ${address} is unreachable: connect ECONNREFUSED ${address}`);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a migration without a database fails and names the database', async () => {
  const database = await nowhere();
  const { child } = run('migrate/migrate.mjs', { DATABASE_URL: database });
  const errors = child.stderr ? text(child.stderr) : '';
  expect(await once(child, 'exit')).toEqual([1, null]);
  const { host } = new URL(database);
  expect(await errors).toBe(`migration of ${host}/shop failed: connect ECONNREFUSED ${host}\n`);
});

test('the page comes without the api; what needs it says that it does not answer', async () => {
  const api = `http://127.0.0.1:${await unusedPort()}`;
  const { url, child } = await startServer('web/server.mjs', { API_URL: api });
  const page = await fetch(url);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  // Nothing is loaded from elsewhere.
  expect(await page.text()).not.toMatch(/https?:|src=/);
  expect(await ask(`${url}/api/products`)).toEqual([502, { error: `api at ${api} does not answer: ECONNREFUSED` }]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the page hands requests on to the api', async () => {
  const api = await startServer('api/server.mjs', { DATABASE_URL: await nowhere() });
  const web = await startServer('web/server.mjs', { API_URL: api.url });
  const order = { method: 'POST', body: '{"product":1}' };
  expect(await ask(`${web.url}/api/orders`, order)).toEqual([
    400,
    { error: 'quantity must be a whole number from 1 to 100' },
  ]);
});
