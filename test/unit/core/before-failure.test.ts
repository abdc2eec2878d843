import { expect, test } from 'vitest';
import { beforeFailure } from '../../../src/core/before-failure.ts';
import type { Report } from '../../../src/core/lifecycle.ts';
import { step, type Input } from '../../../src/core/step.ts';
import { createWorld, type World } from '../../../src/core/world.ts';
import { on, processResource, stackOf } from '../../rig/stack.ts';

const exited: Report = { kind: 'exited', exit: { kind: 'code', code: 1 } };

/** A world in which all of these happened at their times. */
function after(...inputs: readonly (readonly [at: number, input: Input])[]): World {
  const resources = [
    processResource('db', { restart: 'no' }),
    processResource('mail', { restart: 'no' }),
    processResource('api', { restart: 'no', dependencies: [on('db')], companions: ['mail'] }),
  ];
  return inputs.reduce((world, [at, input]) => step(world, input, at).world, createWorld(stackOf(resources)));
}

const report = (resource: string, run: number, what: Report): Input => ({
  kind: 'report',
  resource,
  of: { run },
  report: what,
});
const up: Input = { kind: 'command', command: { kind: 'up', names: ['api'], deps: true } };
const running = ['db', 'mail', 'api'].map((name) => [0, report(name, 1, { kind: 'started' })] as const);

test('what it needs and was lost within ten seconds, also when that was told a little later', () => {
  const world = after(
    [0, up],
    ...running,
    [20_000, report('db', 1, exited)],
    [29_000, report('api', 1, exited)],
    [29_500, report('mail', 1, exited)],
  );
  expect(beforeFailure(world, 'api')).toEqual({
    lost: [
      { name: 'mail', at: 29_500, lifecycle: 'failed' },
      { name: 'db', at: 20_000, lifecycle: 'failed' },
    ],
  });
});

test('not what was lost longer ago or afterwards', () => {
  const world = after(
    [0, up],
    ...running,
    [20_000, report('db', 1, exited)],
    [30_001, report('api', 1, exited)],
    [31_002, report('mail', 1, exited)],
  );
  expect(beforeFailure(world, 'api')).toEqual({ lost: [] });
});

test('the file whose change began the run is named', () => {
  const cause = { kind: 'file-changed', file: 'src/a.js', count: 1 } as const;
  const world = after(
    [0, up],
    ...running,
    [5_000, { kind: 'command', command: { kind: 'restart', names: ['api'], cause } }],
    [5_100, report('api', 1, exited)],
    [5_200, report('api', 2, { kind: 'started' })],
    [5_300, report('api', 2, exited)],
  );
  expect(beforeFailure(world, 'api')).toEqual({ cause, lost: [] });
});

test('what has not failed has nothing before it', () => {
  expect(beforeFailure(after([0, up], ...running), 'api')).toBeUndefined();
  expect(beforeFailure(after([0, up]), 'nobody')).toBeUndefined();
});
