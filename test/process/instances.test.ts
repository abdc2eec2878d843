import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPortTable } from '../../src/system/port-file.ts';
import { portTableFile, projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';

/** Half of them are checkouts, the others a named instance of each. */
const COUNT = Number(process.env['DEVSTACK_INSTANCES'] ?? 20);

let folder: string;
const stacks: Running[] = [];
// Nothing here is about containers.
const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-instances-')));
});
afterEach(async () => {
  for (const { process: one } of stacks) one.kill('SIGTERM');
  await Promise.all(stacks.splice(0).map(({ finished }) => finished));
  rmSync(folder, { recursive: true, force: true });
});

/** Tells who it is on each of its ports, and, where it knows another, who answers there. */
const SERVER = `import { createServer } from 'node:http';
const { PORT, ADMIN_PORT, API_URL, WHO } = process.env;
const told = async () => [process.cwd(), WHO, ...(API_URL ? [await (await fetch(API_URL)).text()] : [])].join(' ');
// The other begins at the same moment.
const answer = (request, response) =>
  void told().then((text) => response.end(text), () => response.writeHead(503).end());
for (const port of [PORT, ADMIN_PORT]) if (port) createServer(answer).listen(Number(port), '127.0.0.1');
`;

function checkout(name: string, api = `ports: { http: 'auto', admin: { env: 'ADMIN_PORT' } }`): string {
  const root = path.join(folder, name);
  mkdirSync(root);
  writeFileSync(path.join(root, 'server.mjs'), SERVER);
  writeFileSync(
    path.join(root, 'devstack.config.mjs'),
    `import { defineConfig, service } from 'devstack';
    const run = { dev: 'node server.mjs', healthcheck: '/' };
    const WHO = process.env.DEVSTACK_INSTANCE || 'own';
    const api = service({ ...run, ${api}, env: { WHO } });
    const web = service({ ...run, env: { WHO, API_URL: api.url } });
    export default defineConfig({ name: 'many', resources: { api, web } });`,
  );
  return root;
}

function up(root: string, name?: string): Running {
  const stack = devstack(['up', ...(name === undefined ? [] : ['--instance', name])], { cwd: root, env });
  stacks.push(stack);
  return stack;
}

const portsOf = (root: string, name?: string): Readonly<Record<string, number>> =>
  readPortTable(portTableFile())[readSession(projectPaths(root, name))?.instance ?? '']?.ports ?? {};

test(`${COUNT} instances that start at once have no port in common, and each reaches its own`, async () => {
  const roots = Array.from({ length: Math.ceil(COUNT / 2) }, (_, index) => checkout(`copy-${index}`));
  const all = roots.flatMap((root) => [undefined, 'e2e'].map((name) => ({ root, name }))).slice(0, COUNT);
  const started = all.map(({ root, name }) => up(root, name));
  await Promise.all(started.map((stack) => stack.seen(/all 2 ready in/)));
  expect(started.map((stack) => stack.output()).filter((text) => /is taken|failed|restart/.test(text))).toEqual([]);
  const ports = all.map(({ root, name }) => portsOf(root, name));
  expect(new Set(ports.flatMap((own) => Object.values(own))).size).toBe(3 * COUNT);
  const told = await Promise.all(
    ports.map(async (own) => (await fetch(`http://127.0.0.1:${own['web/http']}/`)).text()),
  );
  expect(told).toEqual(all.map(({ root, name = 'own' }) => `${root} ${name} ${root} ${name}`));
  for (const { process: one } of started) one.kill('SIGINT');
  await Promise.all(started.map(({ finished }) => finished));
  for (const [index, { root, name }] of all.entries()) await nothingLeft(root, Object.values(ports[index] ?? {}), name);
});

test('an automatic port somebody else took moves once, with a note, and stays', async () => {
  const root = checkout('moved');
  const first = up(root);
  await first.seen(/all 2 ready in/);
  const before = portsOf(root);
  first.process.kill('SIGINT');
  await first.finished;
  const other = createServer().listen(before['api/http'], '127.0.0.1');
  await once(other, 'listening');
  const second = up(root);
  await second.seen(/all 2 ready in/);
  const after = portsOf(root);
  expect(second.output()).toContain(
    `api/http: port ${before['api/http']} is taken, ${after['api/http']} it is from now on`,
  );
  expect({ ...after, 'api/http': 0 }).toEqual({ ...before, 'api/http': 0 });
  second.process.kill('SIGINT');
  await second.finished;
  other.close();
  await once(other, 'close');
  const third = up(root);
  await third.seen(/all 2 ready in/);
  expect([portsOf(root), third.output().includes('is taken')]).toEqual([after, false]);
});

test.runIf(process.platform === 'linux')(
  'a fixed port that another instance has is told before anything starts, with the way out',
  async () => {
    const root = checkout('first');
    await up(root, 'e2e').seen(/all 2 ready in/);
    const port = portsOf(root, 'e2e')['api/http'];
    const { instance } = readSession(projectPaths(root, 'e2e')) ?? {};
    const second = up(checkout('second', `port: ${port}, restart: 'no'`));
    await second.seen(/api +· failed/);
    expect(second.output().split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^devstack · api wants port ${port}; node \\(pid \\d+, ${root}, .*\\) has it: api of ${instance}\\.$`,
        ),
      ),
      `devstack · Stop it: devstack down --instance e2e in ${root}. Or set port: 'auto'.`,
      expect.stringMatching(/^(?:api|web) +· starting/),
    ]);
    expect((await devstack(['down', '--instance', 'e2e'], { cwd: root, env }).finished).code).toBe(0);
  },
);
