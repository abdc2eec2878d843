import { expect, test } from 'vitest';
import { pingRedis } from '../../../src/kinds/resp.ts';
import { hear, line, said } from './hear.ts';

// Answers as recorded from Redis 7.0.

test('it logs in only with a password, and counts its bytes', () => {
  expect(said(pingRedis(''))).toEqual(['*1\r\n$4\r\nPING\r\n']);
  expect(said(pingRedis('wörd'))).toEqual([
    Buffer.from('*2\r\n$4\r\nAUTH\r\n$5\r\nwörd\r\n').toString('latin1'),
    '*1\r\n$4\r\nPING\r\n',
  ]);
});

test('PONG is the one answer that makes it usable', () => {
  expect(hear(pingRedis(''), [line('+PONG')])).toEqual({ kind: 'fine' });
  expect(hear(pingRedis('pw'), [line('+OK'), line('+PONG')])).toEqual({ kind: 'fine' });
});

test.each([
  'LOADING Redis is loading the dataset in memory',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  'ERR max number of clients reached',
])('%s: it may come', (text) => {
  expect(hear(pingRedis(''), [line(`-${text}`)])).toEqual({ kind: 'not-yet', text: `-${text}` });
  expect(hear(pingRedis('pw'), [line('+OK'), line(`-${text}`)])).toEqual({ kind: 'not-yet', text: `-${text}` });
});

test.each([
  'NOAUTH Authentication required.',
  'WRONGPASS invalid username-password pair or user is disabled.',
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  'ERR invalid password',
])('%s: no waiting mends that', (text) => {
  expect(hear(pingRedis('pw'), [line(`-${text}`)])).toEqual({ kind: 'refused', text });
});
