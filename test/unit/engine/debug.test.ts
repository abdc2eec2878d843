import { expect, test } from 'vitest';
import { debugEnvironment } from '../../../src/engine/debug.ts';

test.each([
  [undefined, '--inspect=127.0.0.1:9230'],
  ['', '--inspect=127.0.0.1:9230'],
  ['--enable-source-maps', '--enable-source-maps --inspect=127.0.0.1:9230'],
  ['--inspect', '--inspect=127.0.0.1:9230'],
  ['--inspect-brk=0.0.0.0:9229 --no-warnings', '--no-warnings --inspect=127.0.0.1:9230'],
  ['--require ./a--inspected.js', '--require ./a--inspected.js --inspect=127.0.0.1:9230'],
])('of NODE_OPTIONS %j all but an inspector stays', (before, after) => {
  const env = { HOME: '/', ...(before !== undefined && { NODE_OPTIONS: before }) };
  expect(debugEnvironment(env, 9230)).toEqual({ HOME: '/', NODE_OPTIONS: after });
});
