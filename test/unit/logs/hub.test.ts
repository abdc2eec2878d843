import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogLine } from '../../../src/core/engine.ts';
import { createLogHub, type LogHub } from '../../../src/logs/hub.ts';
import { queryLogs } from '../../../src/logs/query.ts';
import { Ring } from '../../../src/logs/ring.ts';
import { openStoredLogs } from '../../../src/logs/stored.ts';

let folder: string;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-logs-'));
  problems = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (change: Partial<Parameters<typeof createLogHub>[0]> = {}): LogHub =>
  createLogHub({ folder, maxBytes: 0, onProblem: (text) => problems.push(text), ...change });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function linesOf(
  source: LogHub | ReturnType<typeof openStoredLogs>,
  query: Partial<Parameters<typeof queryLogs>[1]> = {},
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for await (const batch of queryLogs(
    source,
    { resources: [], follow: false, ...query },
    undefined,
    new AbortController().signal,
  ))
    lines.push(...batch);
  return lines;
}

const texts = (lines: readonly LogLine[]): readonly string[] => lines.map(({ text }) => text);

test('what was logged is on disk with its times once it has been brought there', async () => {
  let now = 1_000;
  const hub = open({ now: () => now });
  const api = hub.writer('api');
  api.write(Buffer.from('one\n'));
  now = 2_000;
  api.write(Buffer.from('two\n'));
  hub.flushWithTimes();
  expect((await linesOf(openStoredLogs(folder))).map(({ text, time }) => [text, time])).toEqual([
    ['one', 1_000],
    ['two', 2_000],
  ]);
  hub.close();
});

test('a ring gives back the newest bytes, whatever was pushed', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 90 }), { maxLength: 40 }), (chunks) => {
      const ring = new Ring(64, 7);
      const all = Buffer.concat(chunks);
      for (const chunk of chunks) ring.push(chunk);
      expect(ring.end).toBe(7 + all.length);
      const parts: Buffer[] = [];
      for (let at = ring.start; at < ring.end;) {
        const part = ring.slice(at, 1000);
        parts.push(Buffer.from(part));
        at += part.length;
      }
      expect(Buffer.concat(parts)).toEqual(all.subarray(ring.start - 7));
      expect(ring.end - ring.start).toBe(Math.min(all.length, Math.max(64, 0)));
    }),
  );
});

test('everything written can be read, though the ring is far smaller', async () => {
  const hub = open({ ringBytes: 4096 });
  const writer = hub.writer('api');
  for (let index = 0; index < 5000; index++) writer.write(Buffer.from(`line ${index} ${'x'.repeat(index % 50)}\n`));
  await turn();
  const lines = await linesOf(hub);
  expect(lines.length).toBe(5000);
  expect(lines.every(({ text }, index) => text.startsWith(`line ${index} `))).toBe(true);
  hub.close();
  expect(texts(await linesOf(openStoredLogs(folder)))).toEqual(texts(lines));
});

test('a second start goes on where the first one ended', async () => {
  const first = open();
  first.writer('api').write(Buffer.from('one\n'));
  first.close();
  const second = open();
  second.writer('api').write(Buffer.from('two\n'));
  await turn();
  expect(texts(await linesOf(second))).toEqual(['one', 'two']);
  second.close();
});

test('an unterminated line is closed at the end of its run', async () => {
  const hub = open();
  const writer = hub.writer('api');
  writer.write(Buffer.from('half'));
  writer.end();
  hub.writer('api').write(Buffer.from('next run\n'));
  await turn();
  expect(texts(await linesOf(hub))).toEqual(['half', 'next run']);
  hub.close();
});

test('a line of 10 MB stays one line', async () => {
  const hub = open();
  const writer = hub.writer('api');
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let index = 0; index < 160; index++) writer.write(piece);
  writer.write(Buffer.from('end\nafter\n'));
  await turn();
  const lines = await linesOf(hub);
  expect(lines.map(({ text }) => text.length)).toEqual([160 * 64 * 1024 + 3, 5]);
  hub.close();
});

test('past the limit the oldest segment goes, and the view says how much', async () => {
  const hub = open({ maxBytes: 1024 * 1024, ringBytes: 64 * 1024 });
  const writer = hub.writer('api');
  for (let index = 0; index < 40_000; index++) writer.write(Buffer.from(`${String(index).padStart(99, '0')}\n`));
  await turn();
  const { start, end, dropped } = hub.bounds('api');
  expect(end).toBe(4_000_000);
  expect(dropped).toBe(start);
  expect(end - start).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
  const lines = await linesOf(hub);
  expect(lines.at(-1)?.text).toBe('39999'.padStart(99, '0'));
  expect(lines.length).toBeGreaterThan(9_000);
  hub.close();
});

test('a disk that cannot be written to costs a warning, not a line in memory', async () => {
  writeFileSync(path.join(folder, 'file'), '');
  const hub = open({ folder: path.join(folder, 'file', 'logs') });
  const writer = hub.writer('api');
  writer.write(Buffer.from('kept\n'));
  await turn();
  writer.write(Buffer.from('also kept\n'));
  await turn();
  expect(texts(await linesOf(hub))).toEqual(['kept', 'also kept']);
  expect(problems).toEqual([
    expect.stringMatching(/^logs are kept in memory only from now on \(1024 KiB per resource\): ENOTDIR/),
  ]);
  hub.close();
});

test('lines of several logs come in the order they arrived', async () => {
  let now = 1000;
  const hub = open({ now: () => now });
  const api = hub.writer('api');
  const web = hub.writer('web');
  for (const [writer, text] of [
    [api, 'a1'],
    [web, 'w1'],
    [api, 'a2'],
    [web, 'w2'],
  ] as const) {
    now += 5;
    writer.write(Buffer.from(`${text}\n`));
  }
  await turn();
  expect((await linesOf(hub)).map(({ text, time }) => `${text} ${time}`)).toEqual([
    'a1 1005',
    'w1 1010',
    'a2 1015',
    'w2 1020',
  ]);
  expect(texts(await linesOf(hub, { since: 1012 }))).toEqual(['a2', 'w2']);
  expect(texts(await linesOf(hub, { tail: 1 }))).toEqual(['a2', 'w2']);
  expect(texts(await linesOf(hub, { grep: '^w' }))).toEqual(['w1', 'w2']);
  hub.close();
  expect(texts(await linesOf(openStoredLogs(folder), { since: 1012 }))).toEqual(['a2', 'w2']);
});

test('following delivers what comes until it is over', async () => {
  const hub = open();
  const writer = hub.writer('api');
  let wake: (more: boolean) => void = () => undefined;
  const off = hub.onAppend(() => wake(true));
  const seen: string[] = [];
  const reading = (async () => {
    const wait = (): Promise<boolean> => new Promise((resolve) => (wake = resolve));
    for await (const batch of queryLogs(hub, { resources: [], follow: true }, wait, new AbortController().signal))
      seen.push(...texts(batch));
  })();
  for (const text of ['one', 'two', 'three']) {
    writer.write(Buffer.from(`${text}\n`));
    await turn();
    await turn();
  }
  wake(false);
  await reading;
  off();
  expect(seen).toEqual(['one', 'two', 'three']);
  hub.close();
});

test('files of the spool are owner-only', async () => {
  const hub = open();
  hub.writer('api').write(Buffer.from('x\n'));
  await turn();
  hub.close();
  const names = readdirSync(path.join(folder, 'api'));
  expect(names.toSorted()).toEqual(['0000000000000000.idx', '0000000000000000.log']);
  for (const name of names) expect(statSync(path.join(folder, 'api', name)).mode & 0o077).toBe(0);
});
