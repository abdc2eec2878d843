import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findNativePostgres } from '../../src/drivers/native/find.ts';
import { readSession } from '../../src/project/session.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { cloneDemo, findOrder, order, processed, urlOf } from '../rig/demo.ts';
import { accepts, devstack, nothingLeft, type Running } from '../rig/devstack.ts';

/** A server that is installed on this machine. */
const [own] = await findNativePostgres(process.env);

/** No engine answers there, whatever runs on this machine. */
const noDocker = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

let folders: string[];
let stacks: Running[];

beforeEach(() => {
  folders = [];
  stacks = [];
});

afterEach(async () => {
  for (const stack of stacks) {
    stack.process.kill('SIGTERM');
    await stack.finished;
  }
  for (const folder of folders) {
    await nothingLeft(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

function clone(): string {
  const folder = cloneDemo();
  folders.push(folder);
  return folder;
}

function up(folder: string, ...options: readonly string[]): Running {
  const stack = devstack(['up', ...options], { cwd: folder, env: noDocker });
  stacks.push(stack);
  return stack;
}

test('without Docker the demo comes up on a real Postgres, takes an order and processes it', async () => {
  const folder = clone();
  const stack = up(folder);
  await stack.seen(/all 5 ready in/);
  await stack.seen(/db +· embedded 17\.10: no Docker engine: \/nonexistent\/docker\.sock does not exist/);
  expect(stack.output().match(/no Docker engine/g)).toHaveLength(1);
  const web = urlOf(stack, 'web');
  expect(await (await fetch(web)).text()).toContain('<html');
  const placed = await order(web);
  expect((await processed(web, placed.id)).status).toBe('processed');
  const secrets = readFileSync(projectPaths(folder).secrets, 'utf8').match(/"[A-Za-z0-9]{20,}"/g) ?? [];
  expect(secrets.length).toBe(1);
  for (const secret of secrets) expect(stack.output()).not.toContain(secret.slice(1, -1));
  const ports = ['db', 'api', 'web'].map((name) =>
    Number(stack.output().match(new RegExp(`^${name} +· ready after .*:(\\d+)`, 'm'))?.[1]),
  );
  stack.process.kill('SIGINT');
  expect((await stack.finished).code).toBe(130);
  for (const port of ports) expect(await accepts(port)).toBe(false);
});

test.skipIf(!own)(
  `with a Postgres of this machine the demo does the same${own ? '' : ' (skipped: none is installed)'}`,
  async () => {
    const folder = clone();
    const file = path.join(folder, 'devstack.config.ts');
    // The version is the one that is here: none is taken for another.
    writeFileSync(file, readFileSync(file, 'utf8').replace("version: '17'", `version: '${own?.major}'`));
    const stack = up(folder, '--runtime', 'native');
    await stack.seen(/all 5 ready in/);
    await stack.seen(new RegExp(`db +· native PostgreSQL ${own?.version} .*: asked for with --runtime`));
    const web = urlOf(stack, 'web');
    const placed = await order(web);
    expect((await processed(web, placed.id)).status).toBe('processed');
    stack.process.kill('SIGINT');
    expect((await stack.finished).code).toBe(130);
  },
);

test('the data is there again at the next start, on the same ports', async () => {
  const folder = clone();
  const first = up(folder);
  await first.seen(/all 5 ready in/);
  const web = urlOf(first, 'web');
  const { id } = await order(web);
  await processed(web, id);
  first.process.kill('SIGINT');
  await first.finished;
  const second = up(folder);
  await second.seen(/all 5 ready in/);
  expect(urlOf(second, 'web')).toBe(web);
  expect((await processed(web, id)).id).toBe(id);
});

test('two clones run at once, each on its own ports, database and socket', async () => {
  const [a, b] = [clone(), clone()];
  const [first, second] = [up(a), up(b)];
  await Promise.all([first.seen(/all 5 ready in/), second.seen(/all 5 ready in/)]);
  const [one, two] = [urlOf(first, 'web'), urlOf(second, 'web')];
  expect(one).not.toBe(two);
  const sessions = [a, b].map((folder) => readSession(projectPaths(folder)));
  expect(sessions[0]?.instance).not.toBe(sessions[1]?.instance);
  for (let index = 0; index < 3; index++) await order(one);
  expect((await order(two)).id).toBe('1');
});

test('hot reload of the api while requests run: every order is answered, by old code or new', async () => {
  const folder = clone();
  const stack = up(folder);
  await stack.seen(/all 5 ready in/);
  const web = urlOf(stack, 'web');
  const api = path.join(folder, 'examples/shop/api/server.mjs');
  const source = readFileSync(api, 'utf8');
  const ordered = { enough: false };
  const ids: string[] = [];
  const failures: string[] = [];
  const ordering = (async () => {
    while (!ordered.enough) {
      const placed = await order(web).catch((error: unknown) => String(error));
      if (typeof placed === 'string') failures.push(placed);
      else if (placed.id !== undefined) ids.push(placed.id);
    }
  })();
  for (let round = 1; round <= 3; round++) {
    const from = stack.output().length;
    writeFileSync(api, `${source}\n// round ${round}\n`);
    await stack.seen(/api +· starting again: examples\/shop\/api\/server\.mjs changed[\s\S]*api +· ready after/, from);
  }
  ordered.enough = true;
  await ordering;
  expect(ids.length).toBeGreaterThan(0);
  expect(failures).toEqual([]);
  await processed(web, ids[0] ?? '');
  // None that was confirmed is lost, whichever process confirmed it.
  const last = await findOrder(web, ids.at(-1) ?? '');
  expect(last.id).toBe(ids.at(-1));
});

test('kill -9 leaves no Postgres behind, and the next start finds its data', async () => {
  const folder = clone();
  const first = up(folder);
  await first.seen(/all 5 ready in/);
  const web = urlOf(first, 'web');
  const { id } = await order(web);
  await processed(web, id);
  first.process.kill('SIGKILL');
  await first.finished;
  await nothingLeft(folder, [Number(new URL(web).port)]);
  const second = up(folder);
  await second.seen(/all 5 ready in/);
  expect((await processed(urlOf(second, 'web'), id)).id).toBe(id);
});
