import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHistory, createReaders, type History } from '../../../src/logs/history/history.ts';
import { createJournal, joinSources } from '../../../src/logs/history/journal.ts';
import { createPieceReader, type Piece } from '../../../src/logs/history/piece.ts';
import type { Direction, Position } from '../../../src/logs/history/walk.ts';
import { createLogHub, type LogHub } from '../../../src/logs/hub.ts';

let folder: string;
let now = 1000;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-history-'));
  now = 1000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = (): boolean => false;
const open = (ringBytes = 512): LogHub =>
  createLogHub({ folder, maxBytes: 0, ringBytes, now: () => now, onProblem: (text) => expect.fail(text) });

function all(history: History, from: Position, direction: Direction): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let position = from; ;) {
    const next = history.next(position, direction, never);
    if (next.kind !== 'step') return pieces;
    pieces.push(next.piece);
    position = next.position;
  }
}

const words = (pieces: readonly Piece[]): readonly string[] => pieces.map(({ name, text }) => `${name} ${text}`);

test('a log is the same read forwards and backwards, with lines of any length cut at the same places', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 30, unit: 'grapheme' }),
    fc.integer({ min: 30, max: 200 }).map((length) => 'x'.repeat(length)),
    fc.integer({ min: 10, max: 60 }).map((length) => '日ä'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.boolean(), (lines, ended) => {
      rmSync(folder, { recursive: true, force: true });
      const hub = open();
      const bytes = Buffer.from(lines.join('\n') + (ended ? '\n' : ''));
      const writer = hub.writer('api');
      for (let at = 0; at < bytes.length; at += 7) writer.write(bytes.subarray(at, at + 7));
      const { end } = hub.bounds('api');
      const reader = createPieceReader(hub, 'api', 16, 64);
      const forwards: Piece[] = [];
      for (let piece = reader.after(0); piece; piece = reader.after(piece.to)) forwards.push(piece);
      const backwards: Piece[] = [];
      for (let piece = reader.before(end); piece; piece = reader.before(piece.from)) backwards.unshift(piece);
      expect(backwards).toEqual(forwards);
      const joined = forwards.map(({ text, continues }, at) => (continues || at === 0 ? text : `\n${text}`)).join('');
      expect(joined).toBe(
        lines
          .join('\n')
          .replaceAll('\r\n', '\n')
          .replace(/\r$/, '')
          .replace(/\n$/, ended ? '\n' : ''),
      );
      hub.close();
    }),
    { numRuns: 200 },
  );
});

test('several logs are merged by arrival, the same from both ends, and from any moment', () => {
  const hub = open();
  const [api, db] = [hub.writer('api'), hub.writer('db')];
  for (let at = 0; at < 60; at++) {
    now = 1000 + Math.floor(at / 3) * 10;
    (at % 2 === 0 ? api : db).write(Buffer.from(`line ${at}\n`));
  }
  const history = createHistory(hub, createReaders(hub), ['api', 'db']);
  const forwards = words(all(history, history.start(), 'after'));
  expect(forwards).toHaveLength(60);
  expect(words(all(history, history.end(), 'before').toReversed())).toEqual(forwards);
  // Of one millisecond the first in the list comes first.
  expect(forwards.slice(0, 6)).toEqual([
    'api line 0',
    'api line 2',
    'db line 1',
    'api line 4',
    'db line 3',
    'db line 5',
  ]);
  const later = words(all(history, history.at(1050), 'after'));
  expect(later).toEqual(forwards.slice(15));
  hub.close();
});

test('what is accepted is found in both directions, a chunk at a time, in memory and on disk', () => {
  const hub = open(4096);
  const [api, db] = [hub.writer('api'), hub.writer('db')];
  for (let at = 0; at < 20_000; at++) {
    now = 1000 + at;
    api.write(Buffer.from(at % 7000 === 6999 ? `an error at ${at}\n` : `all is well at ${at}, nothing to see\n`));
    if (at % 9000 === 8999) db.write(Buffer.from(`the error of db at ${at}\n`));
  }
  let looks = 0;
  const history = createHistory(hub, createReaders(hub), ['api', 'db']).where(() => ({
    line: (text) => /error/.test(text),
    chunk: (text) => (looks++, /error/m.test(text)),
  }));
  const expected = [
    'api an error at 6999',
    'db the error of db at 8999',
    'api an error at 13999',
    'db the error of db at 17999',
  ];
  expect(words(all(history, history.end(), 'before').toReversed())).toEqual(expected);
  const once = looks;
  expect(words(all(history, history.end(), 'before').toReversed())).toEqual(expected);
  expect(looks).toBe(once);
  expect(words(all(history, history.start(), 'after'))).toEqual(expected);
  now = 50_000;
  api.write(Buffer.from('error'));
  expect(words(all(history, history.end(), 'before'))[0]).toBe('api error');
  api.write(Buffer.from(' no more\nfine\n'));
  expect(words(all(history, history.end(), 'before'))[0]).toBe('api error no more');
  hub.close();
});

test('a search stops when its time is up and goes on where it was', () => {
  const hub = open(4096);
  const api = hub.writer('api');
  for (let at = 0; at < 20_000; at++) api.write(Buffer.from(at === 3 ? 'needle\n' : `hay ${at} hay hay hay hay hay\n`));
  const history = createHistory(hub, createReaders(hub), ['api']).where(() => ({
    line: (text) => text.includes('needle'),
    chunk: (text) => text.includes('needle'),
  }));
  let pauses = 0;
  for (;;) {
    let looks = 0;
    const next = history.next(history.end(), 'before', () => looks++ > 0);
    if (next.kind === 'paused') {
      pauses += 1;
      continue;
    }
    expect(next.kind === 'step' && next.piece.text).toBe('needle');
    break;
  }
  expect(pauses).toBeGreaterThan(3);
  hub.close();
});

test('a journal stands between the lines of others', () => {
  const hub = open();
  const journal = createJournal(() => now);
  const source = joinSources(hub, journal, (name) => name.startsWith('·'));
  const api = hub.writer('api');
  api.write(Buffer.from('before\n'));
  now += 5;
  journal.write('·api', 'a mark\nin two lines');
  now += 5;
  api.write(Buffer.from('after\n'));
  const history = createHistory(source, createReaders(source), ['api', '·api']);
  expect(words(all(history, history.start(), 'after'))).toEqual([
    'api before',
    '·api a mark',
    '·api in two lines',
    'api after',
  ]);
  for (let at = 0; at < 30_000; at++) journal.write('·api', `note ${at}, to fill it`);
  const { start, end } = journal.bounds('·api');
  expect(end - start).toBeLessThanOrEqual(256 * 1024);
  const kept = words(all(history, history.at(now), 'after'));
  expect(kept.at(-1)).toBe('·api note 29999, to fill it');
  hub.close();
});
