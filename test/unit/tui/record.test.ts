import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idsOf } from '../../../src/tui/text/ids.ts';
import { styleLine } from '../../../src/tui/text/line.ts';
import { formatRecord, recordOf, type LogRecord } from '../../../src/tui/text/record.ts';
import { anyLine } from './texts.ts';

const NOON = Date.parse('2024-01-02T12:00:00.123Z');

test.each<[string, Record<string, unknown>, LogRecord]>([
  [
    'pino',
    { level: 30, time: NOON, pid: 7, hostname: 'box', reqId: 'r1', msg: 'done', responseTime: 12 },
    {
      level: 'info',
      time: NOON,
      message: 'done',
      fields: [
        ['reqId', 'r1'],
        ['responseTime', 12],
      ],
    },
  ],
  [
    'bunyan',
    { name: 'api', hostname: 'box', pid: 7, level: 50, msg: 'no', time: '2024-01-02T12:00:00.123Z', v: 0 },
    { level: 'error', time: NOON, message: 'no', fields: [] },
  ],
  [
    'zap',
    { level: 'warn', ts: NOON / 1000, caller: 'app/a.go:1', msg: 'slow', name: 'kept' },
    {
      level: 'warn',
      time: NOON,
      message: 'slow',
      fields: [
        ['caller', 'app/a.go:1'],
        ['name', 'kept'],
      ],
    },
  ],
  [
    'slog',
    { time: '2024-01-02T12:00:00.123456789Z', level: 'INFO+2', msg: 'x', n: null },
    { level: 'info', time: NOON, message: 'x', fields: [['n', null]] },
  ],
  [
    'logrus',
    { level: 'warning', msg: 'x', time: '2024-01-02T14:00:00.123+02:00' },
    { level: 'warn', time: NOON, message: 'x', fields: [] },
  ],
  [
    'winston',
    { message: 'x', level: '\u001b[31merror\u001b[39m', timestamp: '2024-01-02T12:00:00.123Z' },
    { level: 'error', time: NOON, message: 'x', fields: [] },
  ],
  [
    'structlog',
    { event: 'paid', level: 'critical', '@timestamp': '2024-01-02T12:00:00.123+0000' },
    { level: 'fatal', time: NOON, message: 'paid', fields: [] },
  ],
  ['Cloud Logging', { severity: 'NOTICE', message: 'x' }, { level: 'info', message: 'x', fields: [] }],
  [
    'nothing but a time and a message',
    { ts: NOON * 1000, msg: 'x' },
    { level: 'info', time: NOON, message: 'x', fields: [] },
  ],
  ['no message', { level: 20, time: NOON }, { level: 'debug', time: NOON, message: '', fields: [] }],
  [
    'a message and a message of its own',
    { lvl: 'trace', msg: 'a', event: 'b', time: 12 },
    {
      level: 'trace',
      message: 'a',
      fields: [
        ['event', 'b'],
        ['time', 12],
      ],
    },
  ],
])('a line of %s is read', (_name, json, record) => {
  expect(recordOf(` ${JSON.stringify(json)}`)).toEqual(record);
});

test('large numbers keep their digits', () => {
  const line =
    '{"level":"info","msg":"id: 12345678901234567890","ts":1704196800123456789,"id":12345678901234567890,"x":0.1234567890123456}';
  expect(recordOf(line)).toEqual({
    level: 'info',
    time: NOON,
    message: 'id: 12345678901234567890',
    fields: [
      ['id', '12345678901234567890'],
      ['x', 0.1234567890123456],
    ],
  });
});

test.each([
  'plain text',
  '',
  '{',
  '{}',
  '[1]',
  '{"level":30',
  '{"message":"ok","id":3}',
  '{"level":5,"name":"dungeon"}',
  '{"level":"high","msg":"x"}',
  '{"level":30,"x":1}',
  '{"msg":{"a":1},"level":"info"}',
  '{"time":12,"msg":"x"}',
])('%j is no record', (line) => {
  expect(recordOf(line)).toBeUndefined();
});

const shown = (record: Omit<LogRecord, 'level'>): string => styleLine(formatRecord({ level: 'warn', ...record })).text;

test('a record is one line, its level coloured, its message bold, its fields dim', () => {
  expect(formatRecord({ level: 'info', message: 'paid', fields: [['id', 7]] })).toBe(
    '\u001b[32mINFO\u001b[0m  \u001b[1mpaid\u001b[0m \u001b[2mid=7\u001b[0m',
  );
});

test.each<[string, Omit<LogRecord, 'level'>, string]>([
  ['without fields', { message: 'x', fields: [] }, 'WARN  x'],
  ['without a message', { message: '', fields: [['a', 1]] }, 'WARN  a=1'],
  [
    'with fields of all kinds',
    {
      message: 'x',
      fields: [
        ['path', '/a/b?c'],
        ['text', 'two words'],
        ['empty', ''],
        ['none', null],
        ['list', [1, 'a']],
        ['odd key', true],
      ],
    },
    'WARN  x path=/a/b?c text="two words" empty="" none=null list=[1,"a"] "odd key"=true',
  ],
  [
    'with the stack of an error',
    { message: 'x', fields: [['err', { type: 'Error', stack: 'Error: x\n    at a.ts:1' }]] },
    String.raw`WARN  x err={"type":"Error","stack":"Error: x\n    at a.ts:1"}`,
  ],
  ['with a message of several lines', { message: 'a\nb\r\nc\rd', fields: [] }, 'WARN  a ↵ b ↵ c ↵ d'],
  [
    'with sequences in it',
    { message: '\u001b[31mred\u001b[2J', fields: [['a\u001b[1m', '\u001b[5m']] },
    String.raw`WARN  red "a\u001b[1m"="\u001b[5m"`,
  ],
])('a record %s is written', (_what, record, text) => {
  expect(shown(record)).toBe(text);
});

test('what is nested deeper than can be written is left out', () => {
  const depth = 100_000;
  const record = recordOf(`{"level":30,"msg":"x","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  expect(record && styleLine(formatRecord(record)).text).toBe('INFO  x deep=…');
});

test('no line throws, and no record breaks its line', () => {
  fc.assert(fc.property(anyLine, (line) => recordOf(line) === undefined || line.includes('{')));
  fc.assert(
    fc.property(fc.dictionary(anyLine, fc.oneof(fc.jsonValue(), anyLine)), anyLine, (fields, msg) => {
      const record = recordOf(JSON.stringify({ ...fields, level: 30, msg }));
      const line = record && formatRecord(record);
      expect(line).toMatch(/INFO/);
      expect(line).not.toMatch(/[\r\n]/);
      expect(line?.replaceAll(/\u001b\[[\d;]*m/g, '')).not.toContain('\u001b');
    }),
  );
});

test.each<[string, readonly string[]]>([
  ['{"level":30,"reqId":"req-1","trace_id":"abc123"}', ['abc123', 'req-1']],
  ['request_id=r-77 traceId=t-88 correlationId=c-99', ['t-88', 'r-77', 'c-99']],
  ['x-request-id: 5f0c', ['5f0c']],
  ['{"headers":{"X-Request-Id": "5f0c"},"requestId":"5f0c"}', ['5f0c']],
  ['traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', ['4bf92f3577b34da6a3ce929d0e0e4736']],
  [String.raw`msg="{\"traceId\":\"abc\"}"`, ['abc']],
  ['\u001b[35mreqId\u001b[39m: "abc"', ['abc']],
  ['[requestId=abc] done', ['abc']],
  ['done (traceId=abc.def).', ['abc.def']],
  ['"dd.trace_id":"123456789"', ['123456789']],
  ['trace_id=00000000000000000000000000000000 reqId=null requestId=""', []],
  ['my-request-id-maker: x1234 requestIds=abc', []],
  ['id=abc', []],
  ['', []],
])('of %j the ids are %j', (line, ids) => {
  expect(idsOf(line)).toEqual(ids);
});
