import { describe, expect, test } from 'vitest';
import type { ResourceStatus } from '../../../src/core/engine.ts';
import type { CardFacts } from '../../../src/core/viewing.ts';
import type { Failure } from '../../../src/core/failure.ts';
import { dialogSize, foldedLines } from '../../../src/tui/chrome/dialog-lines.ts';
import { createReport, criticalPath, lookUp, type Found, type Lookups } from '../../../src/tui/reports.ts';
import { factsOf, failedWith, NOW, SHOP } from '../../rig/facts.ts';
import { on, processResource, stackOf } from '../../rig/stack.ts';

const found: Found = { stack: stackOf(SHOP), env: ['NAME=web', 'TOKEN=***'], card: { lastLines: [] } };

const textOf = (lines: ReturnType<typeof criticalPath>): readonly string[] =>
  lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

function card(change: Partial<ResourceStatus>, facts: Partial<CardFacts> = {}) {
  const { title, lines, choices } = createReport('card', 'web', factsOf(SHOP, { web: change }), {
    ...found,
    card: { ...found.card, ...facts },
  });
  return { title, lines: textOf(lines), choices: choices.map((choice) => `${choice.key} ${choice.title}`) };
}

describe('the crash card', () => {
  test('says what happened, where, what came before, and the last it wrote', () => {
    const shown = card(
      { lifecycle: failedWith(1), lastCause: { kind: 'file-changed', file: 'src/a.ts', count: 1 } },
      {
        lastLines: ['one', 'Error: boom', '  at src/a.ts:3'],
        place: { file: 'src/a.ts', line: 3, text: '  throw new Error()' },
        lostBefore: 'db stopped',
      },
    );
    expect(shown).toEqual({
      title: 'web has failed',
      lines: [
        'web exited with code 1 after 340 ms, before it was ready',
        'Its log: devstack logs web',
        '',
        'in your code  src/a.ts:3',
        '  throw new Error()',
        '',
        'just before: src/a.ts changed',
        'just before: db stopped',
        '',
        'the last it wrote:',
        '  one',
        '  Error: boom',
        '    at src/a.ts:3',
      ],
      choices: ['r try again', 'escape close'],
    });
  });

  test('has one for each way to be in trouble, and its state without', () => {
    const failure: Failure = { code: 'timed-out', resource: 'web', afterMs: 5000 };
    const next = { kind: 'fail', failure } as const;
    for (const change of [
      { lifecycle: { kind: 'backoff', attempt: 1, failure, since: NOW, delayMs: 5 } },
      { lifecycle: { kind: 'stopping', killed: false, since: NOW, next } },
      { trouble: failure },
    ] satisfies readonly Partial<ResourceStatus>[])
      expect(card(change).title).toBe('web has failed');
    expect(card({})).toEqual({ title: 'web', lines: ['web is ready; its run began 9.0 s ago'], choices: [] });
    expect(card({ lifecycle: { kind: 'stopping', killed: false, since: NOW, next: { kind: 'rest' } } }).title).toBe(
      'web',
    );
  });

  test('of the last lines a dozen', () => {
    const { lines } = card(
      { lifecycle: failedWith(1) },
      { lastLines: Array.from({ length: 40 }, (_, at) => `l${at}`) },
    );
    expect(lines.filter((line) => line.startsWith('  l'))).toEqual(
      Array.from({ length: 12 }, (_, at) => `  l${at + 28}`),
    );
  });

  test('of a taken port: a key for each way out, for as much as is known of who has it', () => {
    const taken = (holder?: { pid: number; command: string }): Partial<ResourceStatus> => ({
      lifecycle: {
        kind: 'failed',
        at: NOW,
        failure: { code: 'port-in-use', resource: 'web', port: 3000, ...(holder && { holder }) },
      },
    });
    expect(card(taken({ pid: 812, command: '/usr/bin/python3 -m http.server' })).choices).toEqual([
      's stop python3 (pid 812)',
      'u use another port',
      'r try again',
      'escape close',
    ]);
    expect(card(taken()).choices).toEqual(['u use another port', 'r try again', 'escape close']);
  });
});

describe('other reports', () => {
  test('the state, with reasons and addresses', () => {
    const facts = factsOf(SHOP, { web: { urls: { app: 'http://localhost:3000' } } });
    const { title, lines } = createReport('info', 'web', facts, found);
    expect(title).toBe('web');
    expect(textOf(lines).at(-1)).toBe('  app  http://localhost:3000');
    expect(textOf(lines)[0]).toContain('ready');
    expect(createReport('info', 'gone', facts, found).lines).toEqual([]);
  });

  test('the environment, and the graph', () => {
    const facts = factsOf(SHOP);
    expect(textOf(createReport('env', 'web', facts, found).lines)).toEqual(['NAME=web', 'TOKEN=***']);
    expect(textOf(createReport('graph', '', facts, found).lines).join('\n')).toContain('api');
  });
});

describe('what is looked up', () => {
  const lookups: Lookups = {
    stack: () => found.stack,
    env: (name) => Promise.resolve([`NAME=${name}`]),
    card: () => Promise.reject(new Error('the other side has ended')),
  };

  test('is what the report needs, and nothing else', async () => {
    expect(await lookUp('env', 'web', lookups)).toEqual({ ...found, env: ['NAME=web'] });
    expect(await lookUp('info', 'web', lookups)).toEqual({ ...found, env: [] });
  });

  test('may not be had any more', async () => {
    expect(await lookUp('card', 'web', lookups)).toEqual({ ...found, env: [] });
  });
});

describe('the critical path', () => {
  test('goes back from what was ready last', () => {
    const chain = [
      processResource('db'),
      processResource('api', { dependencies: [on('db')] }),
      processResource('web', { dependencies: [on('api')] }),
      processResource('aside'),
    ];
    const at = (from: number, to: number): Partial<ResourceStatus> => ({
      firstStartAt: NOW - 10_000 + from,
      readyAt: NOW - 10_000 + to,
    });
    const facts = factsOf(chain, { db: at(0, 4000), api: at(4000, 5000), web: at(5000, 10_000), aside: at(0, 100) });
    expect(textOf(criticalPath(facts))).toMatchInlineSnapshot(`
      [
        "db   ━━━━━━━━━━━━                    4.0 s started 0 ms in",
        "api              ━━━                 1.0 s started 4.0 s in",
        "web                 ━━━━━━━━━━━━━━━  5.0 s started 5.0 s in",
        "",
        "all ready after 10 s; 1 more was ready in the meantime",
      ]
    `);
  });

  test('of nothing is nothing, and of a circle ends', () => {
    expect(textOf(criticalPath(factsOf([])))).toEqual(['nothing is ready yet']);
    const circle = [
      processResource('a', { dependencies: [on('b')] }),
      processResource('b', { dependencies: [on('a')] }),
    ];
    expect(criticalPath(factsOf(circle))).toHaveLength(4);
  });
});

test('lines of a report that are too long go on below, indented as they were', () => {
  const width = dialogSize({ columns: 50, rows: 20 }).columns;
  const lines = textOf(foldedLines([[{ text: `  ${'word '.repeat(20)}` }]], width - 4));
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => line.length > width - 4 || !line.startsWith('  word'))).toEqual([]);
});
