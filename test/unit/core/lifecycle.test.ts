import { expect, test } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import {
  backoffMs,
  effectsOf,
  transition,
  type Lifecycle,
  type Policy,
  type Report,
} from '../../../src/core/lifecycle.ts';

const service: Policy = {
  name: 'api',
  role: 'service',
  hasProbe: true,
  restart: 'on-failure',
  maxAttempts: 3,
  successExitCodes: [0],
  graceMs: 10_000,
};
const task: Policy = { ...service, name: 'migrate', role: 'task', hasProbe: false, restart: 'no', maxAttempts: 1 };
const exited = (code: number): Report => ({ kind: 'exited', exit: { kind: 'code', code } });
const failure: Failure = { code: 'unhealthy', resource: 'api', failures: 3, lastProbe: 'refused' };
const crash = (upMs: number, beforeReady = false): Failure => ({
  code: 'exited',
  resource: 'api',
  exit: { kind: 'code', code: 1 },
  upMs,
  beforeReady,
});

const table: readonly [title: string, Lifecycle, Report, Policy, Lifecycle][] = [
  [
    'a service with a probe runs first',
    { kind: 'starting', attempt: 1, since: 0 },
    { kind: 'started' },
    service,
    { kind: 'running', attempt: 1, since: 100 },
  ],
  [
    'without one it is ready at once',
    { kind: 'starting', attempt: 1, since: 0 },
    { kind: 'started' },
    { ...service, hasProbe: false },
    { kind: 'ready', attempt: 1, since: 100 },
  ],
  [
    'a probe that passes makes it ready',
    { kind: 'running', attempt: 1, since: 0 },
    { kind: 'ready' },
    service,
    { kind: 'ready', attempt: 1, since: 100 },
  ],
  [
    'ready before started is stale',
    { kind: 'starting', attempt: 1, since: 0 },
    { kind: 'ready' },
    service,
    { kind: 'starting', attempt: 1, since: 0 },
  ],
  [
    'a task that succeeds is done',
    { kind: 'running', attempt: 1, since: 0 },
    exited(0),
    task,
    { kind: 'done', at: 100, skipped: false },
  ],
  [
    'a task with nothing to do is done',
    { kind: 'starting', attempt: 1, since: 0 },
    { kind: 'skipped' },
    task,
    { kind: 'done', at: 100, skipped: true },
  ],
  [
    'a service that ends well is done',
    { kind: 'ready', attempt: 1, since: 0 },
    exited(0),
    service,
    { kind: 'done', at: 100, skipped: false },
  ],
  [
    'a crash is tried again',
    { kind: 'ready', attempt: 1, since: 0 },
    exited(1),
    service,
    { kind: 'backoff', attempt: 1, failure: crash(100), since: 100, delayMs: 500 },
  ],
  [
    'the third fast crash is the end',
    { kind: 'ready', attempt: 3, since: 0 },
    exited(1),
    service,
    { kind: 'failed', failure: crash(100), at: 100 },
  ],
  [
    'a crash before ready says so',
    { kind: 'running', attempt: 3, since: 0 },
    exited(1),
    service,
    { kind: 'failed', failure: crash(100, true), at: 100 },
  ],
  [
    'ten good seconds count as a fresh start',
    { kind: 'ready', attempt: 3, since: -10_000 },
    exited(1),
    service,
    { kind: 'backoff', attempt: 1, failure: crash(10_100), since: 100, delayMs: 500 },
  ],
  [
    'always goes on for ever',
    { kind: 'ready', attempt: 50, since: 0 },
    exited(1),
    { ...service, restart: 'always' },
    { kind: 'backoff', attempt: 50, failure: crash(100), since: 100, delayMs: 30_000 },
  ],
  [
    'unhealthy stops it and tries again',
    { kind: 'ready', attempt: 1, since: 0 },
    { kind: 'unhealthy', failure },
    service,
    { kind: 'stopping', killed: false, since: 100, next: { kind: 'retry', failure, attempt: 1 } },
  ],
  [
    'never ready stops it for good',
    { kind: 'running', attempt: 1, since: 0 },
    { kind: 'not-ready', failure },
    service,
    { kind: 'stopping', killed: false, since: 100, next: { kind: 'fail', failure } },
  ],
  [
    'what could not start is not tried again',
    { kind: 'starting', attempt: 1, since: 0 },
    { kind: 'exited', exit: { kind: 'not-started', failure } },
    service,
    { kind: 'failed', failure, at: 100 },
  ],
  [
    'a stop ends in rest',
    { kind: 'stopping', killed: false, since: 0, next: { kind: 'rest' } },
    exited(143),
    service,
    { kind: 'idle' },
  ],
  [
    'a stop that takes too long becomes a kill',
    { kind: 'stopping', killed: false, since: 0, next: { kind: 'rest' } },
    { kind: 'timeout' },
    service,
    { kind: 'stopping', killed: true, since: 0, next: { kind: 'rest' } },
  ],
  [
    'what survives a kill is reported',
    { kind: 'stopping', killed: true, since: 0, next: { kind: 'rest' } },
    { kind: 'timeout' },
    service,
    { kind: 'failed', failure: { code: 'not-stopped', resource: 'api' }, at: 100 },
  ],
  [
    'backoff over starts the next attempt',
    { kind: 'backoff', attempt: 1, failure, since: 0, delayMs: 500 },
    { kind: 'timeout' },
    service,
    { kind: 'starting', attempt: 2, since: 100 },
  ],
  [
    'a task that takes too long is stopped',
    { kind: 'running', attempt: 1, since: 0 },
    { kind: 'timeout' },
    { ...task, timeoutMs: 50 },
    {
      kind: 'stopping',
      killed: false,
      since: 100,
      next: { kind: 'fail', failure: { code: 'timed-out', resource: 'migrate', afterMs: 50 } },
    },
  ],
];

test.each(table)('%s', (_title, at, report, policy, expected) => {
  expect(transition(at, report, policy, 100)).toEqual(expected);
});

test('a report that does not fit returns the same object', () => {
  const resting: readonly Lifecycle[] = [
    { kind: 'idle' },
    { kind: 'done', at: 1, skipped: false },
    { kind: 'failed', failure, at: 1 },
  ];
  const reports: readonly Report[] = [
    { kind: 'started' },
    { kind: 'ready' },
    { kind: 'timeout' },
    exited(0),
    { kind: 'not-ready', failure },
  ];
  for (const at of resting) for (const report of reports) expect(transition(at, report, service, 5)).toBe(at);
});

test('effects follow from where it came from and where it went', () => {
  const starting: Lifecycle = { kind: 'starting', attempt: 1, since: 0 };
  const running: Lifecycle = { kind: 'running', attempt: 1, since: 0 };
  const stopping: Lifecycle = { kind: 'stopping', killed: false, since: 0, next: { kind: 'rest' } };
  expect(effectsOf({ kind: 'idle' }, starting, service)).toEqual([{ kind: 'start' }]);
  expect(effectsOf(starting, running, service)).toEqual([{ kind: 'probe-ready' }]);
  expect(effectsOf(running, stopping, service)).toEqual([{ kind: 'stop' }, { kind: 'timer', ms: 10_000 }]);
  expect(effectsOf(stopping, { ...stopping, killed: true }, service)).toEqual([
    { kind: 'kill' },
    { kind: 'timer', ms: 15_000 },
  ]);
  expect(effectsOf(running, running, service)).toEqual([]);
});

test('backoff doubles and is capped', () => {
  expect([1, 2, 3, 4, 7, 8, 1000].map(backoffMs)).toEqual([500, 1000, 2000, 4000, 30_000, 30_000, 30_000]);
});
