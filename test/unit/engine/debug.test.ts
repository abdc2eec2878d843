import { expect, test } from 'vitest';
import { debugEnvironment } from '../../../src/engine/debug.ts';

const own = '--require="/dev stack/inspect.cjs"';

test.each([
  [undefined, own],
  ['', own],
  ['--enable-source-maps', `--enable-source-maps ${own}`],
  ['--inspect', own],
  ['--inspect-brk=0.0.0.0:9229 --no-warnings', `--no-warnings ${own}`],
  ['--require ./a--inspected.js', `--require ./a--inspected.js ${own}`],
])('of NODE_OPTIONS %j all but an inspector stays', (before, after) => {
  const env = { HOME: '/', ...(before !== undefined && { NODE_OPTIONS: before }) };
  const debugged = { HOME: '/', NODE_OPTIONS: after, DEVSTACK_INSPECT_PORT: '9230' };
  expect(debugEnvironment(env, 9230, '/dev stack/inspect.cjs')).toEqual(debugged);
});
