import { expect, test } from 'vitest';
import type { ResourceStatus, Snapshot } from '../../../src/core/engine.ts';
import { explain } from '../../../src/core/explain.ts';
import { whyInOneLine, whyInWords } from '../../../src/output/why.ts';

const NOW = 1_000_000;

function status(name: string, change: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    name,
    kind: 'process',
    role: 'service',
    wanted: true,
    lifecycle: { kind: 'idle' },
    blockedBy: [],
    run: 0,
    restarts: 0,
    ports: {},
    urls: {},
    ...change,
  };
}

function snapshotOf(...statuses: readonly ResourceStatus[]): Snapshot {
  return {
    stack: 'shop',
    instance: 'shop-1a2b3c',
    pid: 1,
    startedAt: 0,
    revision: 1,
    quitting: false,
    applied: 0,
    statuses,
  };
}

/** What `devstack why` prints about the first of them. */
function why(...statuses: readonly ResourceStatus[]): readonly string[] {
  const explanation = explain(snapshotOf(...statuses), statuses[0]?.name ?? '');
  return explanation ? whyInWords(explanation, NOW).split('\n') : [];
}

const exited = {
  code: 'exited',
  resource: 'migrate',
  exit: { kind: 'code', code: 1 },
  upMs: 340,
  beforeReady: false,
} as const;

test('the chain of what holds it up goes down to the root cause', () => {
  expect(
    why(
      status('web', { blockedBy: [{ on: 'api', gate: 'ready', lifecycle: 'idle', hopeless: false }] }),
      status('api', {
        blockedBy: [{ on: 'migrate', gate: 'done', lifecycle: 'failed', since: NOW - 12_000, hopeless: true }],
      }),
      status('migrate', { role: 'task', lifecycle: { kind: 'failed', failure: exited, at: NOW - 12_000 }, run: 1 }),
    ),
  ).toEqual([
    'web is waiting',
    '  waits for api to be ready (waiting itself)',
    '    waits for migrate to finish (failed, 12 s)',
    '      migrate exited with code 1 after 340 ms',
    '      Its log: devstack logs migrate; once it is mended: devstack start migrate',
  ]);
});

test('what is still on its way says what it is doing', () => {
  expect(
    why(
      status('api', {
        blockedBy: [{ on: 'db', gate: 'ready', lifecycle: 'starting', since: NOW - 3_000, hopeless: false }],
      }),
      status('db', {
        lifecycle: { kind: 'starting', attempt: 1, since: NOW - 3_000 },
        progress: 'pulling postgres:17 (12 of 40 MB)',
      }),
    ),
  ).toEqual([
    'api is waiting',
    '  waits for db to be ready (starting, 3.0 s)',
    '    pulling postgres:17 (12 of 40 MB)',
  ]);
});

test('in one line it is the state and the nearest reason', () => {
  const oneLine = (...statuses: readonly ResourceStatus[]): string => {
    const explanation = explain(snapshotOf(...statuses), statuses[0]?.name ?? '');
    return explanation ? whyInOneLine(explanation, NOW) : '';
  };
  const db = status('db', { lifecycle: { kind: 'starting', attempt: 1, since: NOW }, progress: 'pulling postgres:17' });
  const blockedBy = [{ on: 'db', gate: 'ready', lifecycle: 'starting', since: NOW - 3_000, hopeless: false }] as const;
  expect([oneLine(status('api', { blockedBy }), db), oneLine(db), oneLine(status('job', { wanted: false }))]).toEqual([
    'api is waiting; waits for db to be ready (starting, 3.0 s)',
    'db is starting; pulling postgres:17',
    'job is stopped; nobody asked for it: devstack start job brings it up',
  ]);
});

test('nothing is said twice: neither the health check nor a broken build', () => {
  const lastProbe = 'GET http://127.0.0.1:20412/ refused';
  const exit = { kind: 'code', code: 2 } as const;
  const trouble = { code: 'build-failed', resource: 'api', command: 'tsc', exit } as const;
  expect([
    why(status('api', { lifecycle: { kind: 'running', attempt: 1, since: NOW }, lastProbe })),
    why(status('api', { lifecycle: { kind: 'ready', attempt: 1, since: NOW }, trouble })),
  ]).toEqual([
    ['api is starting', `  last health check: ${lastProbe}`],
    ['api is ready', '  "tsc" exited with code 2; what ran before keeps running'],
  ]);
});

test('a restart names its file', () => {
  expect(
    why(
      status('api', {
        lifecycle: { kind: 'ready', attempt: 1, since: NOW - 1_000 },
        lastCause: { kind: 'file-changed', file: 'api/server.mjs', count: 3 },
        run: 2,
        restarts: 1,
        runStartAt: NOW - 2_000,
        lastProbe: 'GET http://127.0.0.1:20412/ answers 200',
      }),
    ),
  ).toEqual([
    'api is ready; its run began 2.0 s ago',
    '  last health check: GET http://127.0.0.1:20412/ answers 200',
    '  last started again because api/server.mjs and 2 more files changed',
    '  started again once',
  ]);
});

test('a failure says what happened and what to do', () => {
  expect(
    why(
      status('migrate', {
        lifecycle: { kind: 'failed', failure: exited, at: NOW - 500 },
        run: 1,
        runStartAt: NOW - 840,
      }),
    ),
  ).toEqual([
    'migrate has failed; its run began 840 ms ago',
    '  migrate exited with code 1 after 340 ms',
    '  Its log: devstack logs migrate',
    '  once it is mended: devstack start migrate',
  ]);
});

test('a backoff says when the next attempt is', () => {
  expect(
    why(
      status('migrate', {
        lifecycle: { kind: 'backoff', attempt: 2, failure: exited, since: NOW - 250, delayMs: 1_000 },
        run: 2,
        restarts: 1,
      }),
    ),
  ).toEqual([
    'migrate is restarting',
    '  migrate exited with code 1 after 340 ms',
    '  Its log: devstack logs migrate',
    '  tried again in 750 ms (attempt 3)',
    '  started again once',
  ]);
});

test('a server tells which runtime was chosen, and why', () => {
  const runtime = { name: 'embedded', version: '17.10', reason: 'no Docker engine' } as const;
  expect(
    why(status('db', { lifecycle: { kind: 'ready', attempt: 1, since: 0 }, info: { pid: 7, runtime }, run: 1 })),
  ).toEqual(['db is ready', '  runs as embedded 17.10: no Docker engine']);
});

test('what is stopped was stopped on request, or never asked for', () => {
  expect([why(status('api', { wanted: false, run: 2 })), why(status('api', { wanted: false }))]).toEqual([
    ['api is stopped', '  it was stopped on request: devstack start api brings it up'],
    ['api is stopped', '  nobody asked for it: devstack start api brings it up'],
  ]);
});

test('a snapshot that goes round in a circle ends', () => {
  expect(
    why(
      status('a', { blockedBy: [{ on: 'b', gate: 'ready', lifecycle: 'idle', hopeless: false }] }),
      status('b', { blockedBy: [{ on: 'a', gate: 'ready', lifecycle: 'idle', hopeless: false }] }),
    ),
  ).toEqual([
    'a is waiting',
    '  waits for b to be ready (waiting itself)',
    '    waits for a to be ready (waiting itself)',
    '      waiting for b to be ready (waiting itself)',
  ]);
});

test('there is nothing to say about a name the snapshot does not have', () => {
  expect(explain(snapshotOf(status('api')), 'web')).toBeUndefined();
});
