import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelOf, type LogLevel } from '../../../src/tui/text/level.ts';
import { anyLine } from './texts.ts';

const ESC = '\u001b';

test.each<[string, LogLevel]>([
  ['E0102 15:04:05.678901   12 main.go:7] no such pod', 'error'],
  ['I0102 15:04:05.678901   12 main.go:7] ready', 'info'],
  ['level=error msg="no route"', 'error'],
  ['time="2024-01-02T10:00:00Z" level=warning msg="slow"', 'warn'],
  ['ts=2024-01-02 lvl=eror msg=x', 'error'],
  ['{"time":1,"level":"debug","msg":"x"}', 'debug'],
  ['{"level":50,"msg":"x"}', 'error'],
  ['{"severity": "CRITICAL"}', 'fatal'],
  ['npm ERR! code ELIFECYCLE', 'error'],
  ['npm error code ENOENT', 'error'],
  ['npm WARN deprecated inflight@1.0.6', 'warn'],
  ['[warn] slow query', 'warn'],
  ['[INFO] BUILD SUCCESS', 'info'],
  ['2024/01/02 10:00:00 [error] 29#29: *1 open() failed', 'error'],
  ['[Tue Jan 02 10:00:00 2024] [core:error] [pid 1] denied', 'error'],
  ['2024-01-02T10:00:00.1Z 0 [Warning] [MY-013360] [Server] plugin', 'warn'],
  ['[1] 2024/01/02 10:00:00.000000 [INF] Server is ready', 'info'],
  ['2024-01-02 10:00:00.123 | SUCCESS | ERROR |', 'error'],
  ['ERROR something broke', 'error'],
  ['ERROR: relation "users" does not exist', 'error'],
  ['2024-01-02 10:00:00.123 UTC [42] FATAL:  password authentication failed', 'fatal'],
  ['2024-01-02 10:00:00.123  INFO 1 --- [main] c.e.App : Started', 'info'],
  ['10:00:00.123 [main] WARN  com.example.App - slow', 'warn'],
  ['2024-01-02 10:00:00,123 - root - ERROR - failed', 'error'],
  ['INFO:     Uvicorn running on http://127.0.0.1:8000', 'info'],
  ['Tue Jan 02 10:00:00 2024 DEBUG x', 'debug'],
  ['10:00AM WRN slow', 'warn'],
  ['2024-01-02T10:00:00Z\tDEBUG\tapp/main.go:1\tx', 'debug'],
  ['[2024-01-02 10:00:00,000: INFO/MainProcess] celery ready', 'info'],
  ['I, [2024-01-02T10:00:00.123456 #123]  INFO -- : Started', 'info'],
  [`${ESC}[2m2024-01-02${ESC}[0m ${ESC}[31mERROR${ESC}[39m app: x`, 'error'],
  ['error: could not compile', 'error'],
  ['error[E0382]: borrow of moved value', 'error'],
  ['warning: unused variable', 'warn'],
  ['fatal: not a git repository', 'fatal'],
  ['panic: runtime error: index out of range', 'fatal'],
  ['fail: Microsoft.AspNetCore.Server[0]', 'error'],
  ['psql: error: connection refused', 'error'],
  ['Error: listen EADDRINUSE: address already in use', 'error'],
  ['TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument', 'error'],
  ['Uncaught ReferenceError: x is not defined', 'error'],
  ['java.io.IOException: broken pipe', 'error'],
  ['Exception in thread "main" java.lang.Error', 'error'],
  ['Traceback (most recent call last):', 'error'],
  ["src/a.ts(3,4): error TS2322: Type 'x'", 'error'],
  ['src/a.c:3:4: warning: unused', 'warn'],
  ['warn  - Fast Refresh had to reload', 'warn'],
])('%j is of its level', (text, level) => {
  expect(levelOf(text)).toBe(level);
});

test.each([
  '',
  'listening on http://localhost:3000',
  'GET /error 500',
  'GET /api/ERROR/info 200',
  'finished with 0 errors and 2 warnings',
  'we got an ERROR while reading',
  'retrying after the last ERROR again',
  'error handling is enabled',
  'log level is debug',
  'informational: nothing',
  'MY_ERROR=1 set',
  'E0102 is a code',
  '[errors] 3',
  'level=loud',
  `${'x '.repeat(120)} ERROR`,
])('%j names no level', (text) => {
  expect(levelOf(text)).toBeUndefined();
});

test('no line throws', () => {
  const levels = [undefined, 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  fc.assert(fc.property(anyLine, (text) => levels.includes(levelOf(`${text} ERROR: ${text}`))));
});
