import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FailureError } from '../../src/core/failure.ts';
import { readPortTable } from '../../src/system/port-file.ts';
import { createPortTable, isPortFree } from '../../src/system/ports.ts';
import type { WantedPort } from '../../src/system/ports.ts';

let folder = '';
let file = '';
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'devstack-ports-'));
  file = path.join(folder, 'state/ports.json');
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
  rmSync(folder, { recursive: true, force: true });
});

const auto = (resource: string, port = 'http'): WantedPort => ({ resource, port, number: 'auto' });
const root = (name: string) => {
  mkdirSync(path.join(folder, name), { recursive: true });
  return path.join(folder, name);
};

async function listen(port: number, host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test.each(['127.0.0.1', '0.0.0.0', '::1', '::'])('a port something listens on at %s is not free', async (host) => {
  const port = await listen(0, host);
  expect(await isPortFree(port)).toBe(false);
  servers[0]?.close();
  await once(servers.splice(0)[0] ?? createServer(), 'close');
  expect(await isPortFree(port)).toBe(true);
});

test('an instance gets the same numbers again, in another run and for a part of its resources', async () => {
  const first = await createPortTable({ file }).reserve('a', root('a'), [
    auto('api'),
    auto('web'),
    auto('web', 'admin'),
  ]);
  const later = await createPortTable({ file }).reserve('a', root('a'), [auto('web')]);
  const all = await createPortTable({ file }).reserve('a', root('a'), [auto('web', 'admin'), auto('web'), auto('api')]);
  expect(Object.keys(first.numbers)).toEqual(['api/http', 'web/http', 'web/admin']);
  expect(new Set(Object.values(first.numbers)).size).toBe(3);
  for (const number of Object.values(first.numbers)) {
    expect(number).toBeGreaterThanOrEqual(20_000);
    expect(number).toBeLessThanOrEqual(29_999);
  }
  expect(later).toEqual({ numbers: { 'web/http': first.numbers['web/http'] }, moved: [] });
  expect(all).toEqual(first);
});

test('a number taken by someone else moves once, and says so', async () => {
  const wanted = [auto('api'), auto('web')];
  const before = await createPortTable({ file }).reserve('a', root('a'), wanted);
  const from = before.numbers['api/http'] ?? 0;
  await listen(from);
  const moved = await createPortTable({ file }).reserve('a', root('a'), wanted);
  const to = moved.numbers['api/http'] ?? 0;
  expect(to).not.toBe(from);
  expect(moved).toEqual({ numbers: { ...before.numbers, 'api/http': to }, moved: [{ key: 'api/http', from, to }] });
  expect(await createPortTable({ file }).reserve('a', root('a'), wanted)).toEqual({ ...moved, moved: [] });
});

test('a number our own resource listens on stays', async () => {
  const table = createPortTable({ file });
  const before = await table.reserve('a', root('a'), [auto('api')]);
  await listen(before.numbers['api/http'] ?? 0);
  const after = await table.reserve('a', root('a'), [auto('api'), auto('web')]);
  expect(after.numbers['api/http']).toBe(before.numbers['api/http']);
  const adopting = createPortTable({ file, isOurs: (port) => port === before.numbers['api/http'] });
  expect(await adopting.reserve('a', root('a'), [auto('api')])).toEqual(before);
});

test('a fixed number is recorded as it is, though it is taken', async () => {
  const port = await listen(0);
  const table = createPortTable({ file });
  const wanted = [{ resource: 'web', port: 'http', number: port }, auto('api')];
  const { numbers } = await table.reserve('a', root('a'), wanted);
  expect(numbers).toEqual({ 'web/http': port, 'api/http': expect.any(Number) });
  const changed = await table.reserve('a', root('a'), [{ resource: 'web', port: 'http', number: 4321 }]);
  expect(changed).toEqual({ numbers: { 'web/http': 4321 }, moved: [] });
});

test('a proposed number makes way for a fixed one of the same instance', async () => {
  const table = createPortTable({ file });
  const { numbers } = await table.reserve('a', root('a'), [auto('api')]);
  const from = numbers['api/http'] ?? 0;
  const next = await table.reserve('a', root('a'), [auto('api'), { resource: 'web', port: 'http', number: from }]);
  const to = next.numbers['api/http'] ?? 0;
  expect(to).not.toBe(from);
  expect(next).toEqual({
    numbers: { 'web/http': from, 'api/http': to },
    moved: [{ key: 'api/http', from, to }],
  });
});

test('instances whose checkout is gone, and released ones, give their numbers back', async () => {
  const table = createPortTable({ file });
  await table.reserve('gone', root('gone'), [auto('api')]);
  await table.reserve('kept', root('kept'), [auto('api')]);
  await table.reserve('released', root('released'), [auto('api')]);
  rmSync(path.join(folder, 'gone'), { recursive: true });
  await table.release('released');
  await table.release('never-there');
  expect(Object.keys(readPortTable(file))).toEqual(['kept']);
  await table.reserve('new', root('new'), [auto('api')]);
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).instances)).toEqual(['kept', 'new']);
});

test('the table belongs to its owner alone', async () => {
  await createPortTable({ file }).reserve('a', root('a'), [auto('api')]);
  expect([statSync(file), statSync(path.dirname(file))].map(({ mode }) => (mode & 0o777).toString(8))).toEqual([
    '600',
    '700',
  ]);
});

test.each([
  '',
  '{"version": 1',
  'null',
  '[]',
  '{"version":1,"instances":{"a":{"root":7,"ports":[]}}}',
  '{"version":9}',
])('a table that holds %j is begun anew', async (content) => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  const { numbers } = await createPortTable({ file }).reserve('a', root('a'), [auto('api')]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    version: 1,
    instances: { a: { root: path.join(folder, 'a'), ports: numbers } },
  });
});

test('a place where nothing can be written is named', async () => {
  writeFileSync(path.join(folder, 'state'), 'a file, not a folder');
  const error: unknown = await createPortTable({ file })
    .reserve('a', root('a'), [auto('api')])
    .catch((reason: unknown) => reason);
  expect(error instanceof FailureError && error.failure).toMatchObject({
    code: 'state-unwritable',
    path: path.join(folder, 'state'),
  });
});

test('a table left locked by a killed process is taken over', async () => {
  mkdirSync(`${file}.lock`, { recursive: true });
  const { utimesSync } = await import('node:fs');
  utimesSync(`${file}.lock`, new Date(0), new Date(0));
  const { numbers } = await createPortTable({ file }).reserve('a', root('a'), [auto('api')]);
  expect(numbers).toEqual({ 'api/http': expect.any(Number) });
});

test('20 processes at once get numbers that no other has', async () => {
  const script = `
    const { createPortTable } = await import(${JSON.stringify(new URL('../../src/system/ports.ts', import.meta.url).href)});
    const [file, instance, root] = process.argv.slice(1);
    const wanted = ['api', 'web', 'db'].map((resource) => ({ resource, port: 'http', number: 'auto' }));
    const { numbers } = await createPortTable({ file }).reserve(instance, root, wanted);
    console.log(JSON.stringify(Object.values(numbers)));`;
  const outputs = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const args = ['--import', 'tsx', '--input-type=module', '-e', script, '--', file, `i${index}`, folder];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      return text(child.stdout);
    }),
  );
  const numbers = outputs.flatMap((output): unknown[] => JSON.parse(output));
  expect(new Set(numbers).size).toBe(60);
});

test('what a write that was cut off left is swept by the next', async () => {
  await createPortTable({ file }).reserve('a', root('a'), [auto('api')]);
  writeFileSync(`${file}.4194999.tmp`, 'half');
  await createPortTable({ file }).reserve('a', root('a'), [auto('api'), auto('web')]);
  expect(readdirSync(path.dirname(file))).toEqual(['ports.json']);
});
