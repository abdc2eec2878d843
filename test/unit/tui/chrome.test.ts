import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ResourceStatus } from '../../../src/core/engine.ts';
import type { Lifecycle } from '../../../src/core/lifecycle.ts';
import { ACTIONS, type Action } from '../../../src/keys/actions.ts';
import { headerLine, hintLine } from '../../../src/tui/chrome/bars.ts';
import { lengthOf, type Line } from '../../../src/tui/chrome/line.ts';
import { listLines, signOf } from '../../../src/tui/chrome/list-lines.ts';
import { paint } from '../../../src/tui/chrome/paint.ts';
import { inColumns, shortBytes, shortCount } from '../../../src/tui/chrome/short.ts';
import { createKeyMap } from '../../../src/keys/map.ts';
import { createModel, type Facts, type Model } from '../../../src/tui/model.ts';
import { failedWith, factsOf, NOW, READY, SHOP, statusOf } from '../../rig/facts.ts';
import { processResource } from '../../rig/stack.ts';

const keys = createKeyMap(undefined);
const base = createModel({ columns: 120, rows: 40 });
const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const shown = (model: Model, facts: Facts, columns: number, rows = 30): readonly string[] =>
  listLines(model, facts, columns, rows).lines.map((line) => textOf(line).trimEnd());

const since = NOW - 12_000;
const LIFECYCLES: readonly (readonly [Lifecycle, string])[] = [
  [{ kind: 'idle' }, '○'],
  [{ kind: 'starting', attempt: 1, since }, '◐'],
  [{ kind: 'running', attempt: 1, since }, '◐'],
  [READY, '●'],
  [{ kind: 'stopping', killed: false, since, next: { kind: 'rest' } }, '◌'],
  [
    { kind: 'backoff', attempt: 2, failure: { code: 'timed-out', resource: 'web', afterMs: 5 }, since, delayMs: 1 },
    '↻',
  ],
  [{ kind: 'done', at: NOW, skipped: false }, '✓'],
  [failedWith(1), '✗'],
];

describe('the list', () => {
  test.each(LIFECYCLES)('%o is shown as %s', (lifecycle, sign) => {
    expect(signOf(statusOf('web', { lifecycle })).sign).toBe(sign);
  });

  test('what is not wanted or not known is a dot, what is in trouble a warning', () => {
    expect(signOf(undefined).sign).toBe('·');
    expect(signOf(statusOf('web', { wanted: false, lifecycle: { kind: 'idle' } })).sign).toBe('·');
    const trouble = { code: 'unhealthy', resource: 'web', failures: 3, lastProbe: 'no answer' } as const;
    expect(signOf(statusOf('web', { trouble })).sign).toBe('▲');
  });

  const facts = factsOf(
    SHOP,
    {
      web: {
        lifecycle: { kind: 'idle' },
        blockedBy: [{ on: 'api', gate: 'ready', lifecycle: 'starting', hopeless: false, since }],
      },
      api: { ports: { http: 3000 }, restarts: 2 },
      mailer: { lifecycle: failedWith(1, 'mailer') },
    },
    { usage: new Map([['api', { cpu: 0.126, memoryBytes: 85e6 }]]), rates: new Map([['api', 1234.5]]) },
  );

  test('says what each is doing, with words where they are needed', () => {
    expect(shown(base, facts, 44)).toMatchInlineSnapshot(`
      [
        "All",
        "▾ services",
        " ○ web                               waiting",
        "   waiting for api to be ready (starting,",
        "   12 s)",
        " ● api               1.2k/s ↻2 13% 85M :3000",
        " ● shell",
        "▾ workers                                 ✗1",
        " ✗ mailer                             failed",
        "   mailer exited with code 1 after 340 ms,",
        "   before it was ready",
        "▾ tasks",
        " ● migrate",
      ]
    `);
  });

  test('leaves out what does not fit, numbers first', () => {
    expect(shown(base, facts, 20)).toMatchInlineSnapshot(`
      [
        "All",
        "▾ services",
        " ○ web       waiting",
        " ● api      ↻2 :3000",
        " ● shell",
        "▾ workers         ✗1",
        " ✗ mailer     failed",
        "▾ tasks",
        " ● migrate",
      ]
    `);
  });

  test('folded groups say how many there are and how many failed', () => {
    const folded = { ...base, folded: new Set(['group services', 'group workers']) };
    expect(shown(folded, facts, 30).slice(1, 3)).toEqual([
      '▸ services                   3',
      '▸ workers                 ✗1 1',
    ]);
  });

  test('the selected one is in sight, with its words, however few rows there are', () => {
    const many = factsOf(
      Array.from({ length: 50 }, (_, at) => processResource(`s${at}`)),
      Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`s${at}`, { lifecycle: failedWith(1, `s${at}`) }])),
    );
    for (const rows of [1, 2, 3, 10, 51, 52, 200])
      for (const selected of ['all', 's0', 's25', 's49']) {
        const { lines, ids } = listLines({ ...base, selected }, many, 40, rows);
        expect(lines.length).toBe(ids.length);
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(ids).toContain(selected);
      }
  });

  test('no line is longer than its columns', () => {
    const anyStatus: fc.Arbitrary<Partial<ResourceStatus>> = fc.record({
      lifecycle: fc.constantFrom(...LIFECYCLES.map(([lifecycle]) => lifecycle)),
      wanted: fc.boolean(),
      restarts: fc.nat(1e6),
      ports: fc.constantFrom({}, { http: 65_535 }),
      progressShare: fc.double({ min: -1, max: 2, noNaN: true }),
      progress: fc.string({ maxLength: 80 }),
    });
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
        fc.array(anyStatus, { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (names, statuses, columns, rows, isFolded) => {
          const known = factsOf(
            names.map((one) => processResource(one)),
            Object.fromEntries(names.map((one, at) => [one, statuses[at] ?? {}])),
            {
              rates: new Map(names.map((one) => [one, 1e7])),
              usage: new Map(names.map((one) => [one, { cpu: 12.5, memoryBytes: 123e9 }])),
            },
          );
          const model: Model = {
            ...base,
            selected: names[0] ?? '',
            muted: new Set(names.slice(1)),
            folded: new Set(isFolded ? ['group services'] : []),
          };
          const { lines } = listLines(model, known, columns, rows);
          expect(lines.length).toBeLessThanOrEqual(rows);
          expect(lines.filter((line) => lengthOf(line) > columns)).toEqual([]);
        },
      ),
    );
  });
});

describe('the top line', () => {
  const header = (facts: Facts, columns = 70, model = base): string => textOf(headerLine(model, facts, columns));
  const starting = { lifecycle: { kind: 'starting', attempt: 1, since } } as const;

  test.each<[string, Facts, string]>([
    ['all is up', factsOf(SHOP), ' shop  main  all 5 ready in 5.0 s'],
    ['some start', factsOf(SHOP, { web: starting }), ' shop  main  4 of 5 ready'],
    [
      'for the first time',
      factsOf(
        SHOP.slice(0, 1).map((one) => one),
        { web: { ...starting, firstStartAt: NOW - 9_500 } },
      ),
      '',
    ],
    [
      'it stops',
      factsOf(SHOP, { web: { lifecycle: { kind: 'idle' } } }, { quitting: true }),
      ' shop  main  stopping: 4 to go; Ctrl-C ends it at once',
    ],
    ['it has ended', factsOf(SHOP, {}, { ended: true }), ' shop  main  everything has stopped'],
    ['nothing is wanted', factsOf(SHOP.slice(0, 1), { web: { wanted: false } }), ' shop  main  nothing is started'],
  ])('%s', (_, facts, expected) => {
    if (expected !== '') expect(header(facts).trimEnd()).toBe(expected);
    else expect(header(facts)).toContain('0 of 1 ready');
  });

  test('what needs attention is on the right, where there is room', () => {
    const facts = factsOf(SHOP, { web: { lifecycle: failedWith(1) } });
    expect(header(facts)).toMatch(/ {2}1 failed $/);
    expect(header(facts, 70, { ...base, mouse: false })).toMatch(/ 1 failed mouse: terminal $/);
    expect(header(facts, 20)).not.toContain('failed');
  });
});

describe('the bottom line', () => {
  test('hints are where they are drawn, of what applies, and end with the screen', () => {
    for (const focus of ['list', 'pane'] as const)
      for (let columns = 0; columns < 150; columns += 7) {
        const { line, hints } = hintLine({ ...base, focus }, keys, columns);
        const text = textOf(line);
        expect(text.length).toBeLessThanOrEqual(columns);
        for (const { from, to, action } of hints) {
          const { hint, in: where }: Action = ACTIONS.find(({ id }) => id === action) ?? ACTIONS[0];
          expect(text.slice(from, to)).toContain(` ${hint} `);
          expect(where ?? focus).toBe(focus);
        }
      }
  });

  test('help and quit are the last to go', () => {
    expect(textOf(hintLine(base, keys, 16).line)).toBe(' ? help  q quit ');
    expect(hintLine(base, keys, 3).hints).toEqual([]);
  });

  test('while a service is typed to, it says how to come back', () => {
    expect(textOf(hintLine({ ...base, typing: 'shell' }, keys, 80).line)).toBe(
      ' keys go to shell; Ctrl-A gives them back',
    );
  });
});

describe('a piece of text', () => {
  test('has no control characters, and colours only where there are any', () => {
    const line: Line = [
      { text: 'a\u001b[2J\tb\n', look: 'good' },
      { text: 'c', look: 'bad' },
    ];
    expect(paint(line, true)).toBe('\u001b[32ma[2J b \u001b[0m\u001b[31mc\u001b[0m');
    expect(paint(line, false)).toBe('a[2J b \u001b[1mc\u001b[0m');
  });

  test('is put into lines of a width', () => {
    expect(inColumns('waiting for db to be ready', 12, 3)).toEqual(['waiting for', 'db to be', 'ready']);
    expect(inColumns('waiting for db to be ready', 12, 2)).toEqual(['waiting for', 'db to be re…']);
    expect(inColumns('abcdefghij', 4, 3)).toEqual(['abcd', 'efgh', 'ij']);
    expect(inColumns('', 4, 3)).toEqual([]);
  });

  test.each([
    [shortBytes(0), '1M'],
    [shortBytes(85e6), '85M'],
    [shortBytes(1.24e9), '1.2G'],
    [shortBytes(12e9), '12G'],
    [shortCount(949.6), '950'],
    [shortCount(1234), '1.2k'],
    [shortCount(123_456), '123k'],
    [shortCount(1.2e6), '1.2M'],
  ])('%s is %s', (is, expected) => {
    expect(is).toBe(expected);
  });
});
