import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogTail } from '../../../src/core/viewing.ts';
import { createDistantLogs, type DistantLogs } from '../../../src/logs/distant.ts';
import { createLogHub, type LogHub } from '../../../src/logs/hub.ts';
import type { LogSource } from '../../../src/logs/source.ts';
import { followTails } from '../../../src/logs/tails.ts';

let folder: string;
let abort: AbortController;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-tails-'));
  abort = new AbortController();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (change: Partial<Parameters<typeof createLogHub>[0]> = {}): LogHub =>
  createLogHub({ folder, maxBytes: 0, onProblem: () => undefined, ...change });

/** As another process: what is told goes through JSON. */
function follow(hub: LogHub): { readonly logs: DistantLogs; next(): Promise<readonly LogTail[]> } {
  const tails = followTails(hub, abort.signal);
  const logs = createDistantLogs(folder);
  return {
    logs,
    async next() {
      const { value } = await tails.next();
      const told: readonly LogTail[] = value ? JSON.parse(JSON.stringify(value)) : [];
      logs.take(told);
      return told;
    },
  };
}

function textOf(source: LogSource, name: string): string {
  const { start, end } = source.bounds(name);
  const parts: Buffer[] = [];
  for (let at = start; at < end;) {
    const bytes = source.read(name, at, 1000);
    if (bytes.length === 0) break;
    parts.push(Buffer.from(bytes));
    at += bytes.length;
  }
  return Buffer.concat(parts).toString();
}

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');

test('what was written before, and what comes, is read from disk: no byte of it is told', async () => {
  const hub = open({ maxBytes: 400_000 });
  const api = hub.writer('api');
  api.write(Buffer.from(numbered(0, 1_000)));
  const { logs, next } = follow(hub);
  const told = [await next()];
  for (let at = 1_000; at < 5_000; at += 1_000) {
    api.write(Buffer.from(numbered(at, at + 1_000)));
    told.push(await next());
  }
  hub.writer('web').write(Buffer.from('here too\n'));
  told.push(await next());
  expect(textOf(logs, 'api')).toBe(numbered(0, 5_000));
  expect(textOf(logs, 'web')).toBe('here too\n');
  expect(logs.bounds('api')).toEqual(hub.bounds('api'));
  expect(told.flat().filter(({ bytes }) => bytes)).toEqual([]);
  expect(told.map((tails) => tails.map(({ name }) => name))).toEqual([
    ['api'],
    ['api'],
    ['api'],
    ['api'],
    ['api'],
    ['web'],
  ]);
  hub.close();
});

test('arrival times are those of the one who wrote', async () => {
  let now = 1_000;
  const hub = open({ now: () => now });
  const api = hub.writer('api');
  const { logs, next } = follow(hub);
  api.write(Buffer.from('first\n'));
  await next();
  for (; now < 1_900; now += 1) api.write(Buffer.from('x\n'));
  await next();
  const times = (source: LogSource, from: number) => {
    const { marks } = source.marks('api', from);
    return marks.findLast(({ offset }) => offset <= from)?.time;
  };
  for (const from of [0, 6, 700, 1_500, 1_804]) expect([from, times(logs, from)]).toEqual([from, times(hub, from)]);
  hub.close();
});

test('segments come and go', async () => {
  const hub = open({ maxBytes: 100_000, ringBytes: 16_384 });
  const api = hub.writer('api');
  const { logs, next } = follow(hub);
  for (let at = 0; at < 40; at++) {
    api.write(Buffer.from(`${'y'.repeat(9_999)}\n`));
    await next();
    expect(logs.bounds('api')).toEqual(hub.bounds('api'));
  }
  expect(logs.bounds('api').start).toBeGreaterThan(200_000);
  expect(textOf(logs, 'api').replaceAll(/y{9999}\n/g, '').length).toBeLessThan(10_000);
  hub.close();
});

test('one that is quiet loses its oldest to another, and that is told', async () => {
  const hub = open({ maxBytes: 100_000, ringBytes: 16_384 });
  const { logs, next } = follow(hub);
  const block = Buffer.from(`${'y'.repeat(9_999)}\n`);
  const [api, web] = [hub.writer('api'), hub.writer('web')];
  for (let at = 0; at < 9; at++) api.write(block);
  await next();
  for (let at = 0; at < 4; at++) web.write(block);
  await next();
  expect(hub.bounds('api').start).toBeGreaterThan(0);
  expect(logs.bounds('api')).toEqual(hub.bounds('api'));
  hub.close();
});

test('a disk that takes nothing: the tail is told, and a reader that missed some of it sees the newest', async () => {
  // Where the folder of the log would be there is a file.
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'api'), '');
  const hub = open({ ringBytes: 64 * 1024 });
  const api = hub.writer('api');
  const { logs, next } = follow(hub);
  api.write(Buffer.from('one\n'));
  await next();
  api.write(Buffer.from('two\n'));
  await next();
  expect(textOf(logs, 'api')).toBe('one\ntwo\n');
  api.write(Buffer.from(numbered(0, 20_000)));
  await next();
  const shown = textOf(logs, 'api');
  expect(shown.endsWith('line 19999\n')).toBe(true);
  expect(logs.bounds('api').end).toBe(hub.bounds('api').end);
  expect(logs.bounds('api').start).toBe(hub.bounds('api').start);
  api.write(Buffer.from('the last\n'));
  await next();
  expect(textOf(logs, 'api').endsWith('line 19999\nthe last\n')).toBe(true);
  hub.close();
});

test('what came with the end is told before it', async () => {
  const hub = open();
  const api = hub.writer('api');
  const { logs, next } = follow(hub);
  await next();
  const last = next();
  abort.abort();
  api.write(Buffer.from('goodbye\n'));
  await last;
  await next();
  expect(textOf(logs, 'api')).toBe('goodbye\n');
  hub.close();
});
