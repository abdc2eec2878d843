import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../../src/tui/model.ts';
import { createPaneRig, type PaneRig } from '../../rig/panes.ts';

const scroll = (rows: number): Effect => ({ kind: 'scroll', pane: 0, rows });
const jump = (to: Extract<Effect, { kind: 'jump' }>['to']): Effect => ({ kind: 'jump', pane: 0, to });
const find = (what: 'search' | 'error', direction: 'before' | 'after'): Effect => ({
  kind: 'find',
  pane: 0,
  what,
  direction,
});
const numbered = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `line ${from + at}`);

function rig(lines: readonly string[], size = {}): PaneRig {
  const made = createPaneRig(['web'], size);
  made.write('web', ...lines);
  made.rows();
  return made;
}

describe('following', () => {
  test('the last lines are shown, and those that come', () => {
    using pane = rig(numbered(20));
    expect(pane.rows()).toEqual(numbered(5, 15));
    pane.write('web', 'new');
    expect(pane.rows().at(-1)).toBe('new');
  });

  test('a log that does not fill the pane begins at its top and cannot be scrolled', () => {
    using pane = rig(numbered(2));
    expect(pane.rows()).toEqual(['line 0', 'line 1', '', '', '']);
    pane.do(scroll(-1));
    pane.do(scroll(1));
    expect(pane.title()).toBe('● web');
  });

  test('an empty log is empty', () => {
    using pane = rig([]);
    for (const to of ['start', 'end', 'stay', 'previous-restart'] as const) pane.do(jump(to));
    pane.do(scroll(-3));
    pane.do(find('error', 'before'));
    expect(pane.look()).toBe('none');
    expect(pane.rows()).toEqual(['', '', '', '', '']);
  });

  test('it stays once scrolled, says how much came, and follows again at the end', () => {
    using pane = rig(numbered(20));
    pane.do(scroll(-3));
    expect(pane.rows()).toEqual(numbered(5, 12));
    expect(pane.title()).toBe('● web · scrolled back');
    pane.write('web', ...numbered(1, 20));
    expect(pane.title()).toBe('● web · scrolled back, 1 new line below');
    pane.write('web', ...numbered(6, 21));
    expect(pane.rows()).toEqual(numbered(5, 12));
    expect(pane.title()).toBe('● web · scrolled back, 7 new lines below');
    pane.do(scroll(100));
    expect([pane.rows(), pane.title()]).toEqual([numbered(5, 22), '● web']);
  });

  test('the follow key stays in place, and the next one follows', () => {
    using pane = rig(numbered(20));
    pane.do(jump('stay'));
    pane.write('web', 'new');
    expect(pane.rows()).toEqual(numbered(5, 15));
    pane.do(jump('stay'));
    expect(pane.rows().at(-1)).toBe('new');
  });
});

describe('scrolling', () => {
  test('goes to the first line and no further, on disk too', () => {
    using pane = rig(numbered(3000));
    pane.do(jump('start'));
    expect(pane.rows()).toEqual(numbered(5));
    pane.do(scroll(-10));
    expect(pane.rows()).toEqual(numbered(5));
    pane.do({ kind: 'page', pane: 0, pages: 1 });
    expect(pane.rows()).toEqual(numbered(5, 4));
    pane.do({ kind: 'page', pane: 0, pages: -0.5 });
    expect(pane.rows()).toEqual(numbered(5, 2));
    pane.do(jump('end'));
    expect(pane.rows()).toEqual(numbered(5, 2995));
  });

  test('is by rows, across lines that are wrapped', () => {
    using pane = rig([...numbered(5), 'abcdefghij'.repeat(3), ...numbered(3, 5)], { columns: 10 });
    expect(pane.rows()).toEqual(['abcdefghij', 'abcdefghij', ...numbered(3, 5)]);
    pane.do(scroll(-1));
    expect(pane.rows()).toEqual(['abcdefghij', 'abcdefghij', 'abcdefghij', ...numbered(2, 5)]);
    pane.do(scroll(-1));
    expect(pane.rows()[0]).toBe('line 4');
    pane.do(scroll(2));
    expect(pane.rows()[0]).toBe('abcdefghij');
  });

  test('up and down by as many rows comes back to the same place', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.integer({ min: 1, max: 60 }).map((length) => '0123456789'.repeat(6).slice(0, length)),
    );
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 30, maxLength: 50 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        (lines, start, by, wrap) => {
          using pane = rig(lines, { columns: 12 });
          pane.pane({ wrap });
          pane.do(scroll(-start));
          const before = pane.rows();
          pane.do(scroll(-by));
          const moved = pane.rows();
          pane.do(scroll(by));
          expect(pane.rows()).toEqual(before);
          // One row at a time comes to the same place.
          for (let count = 0; count < by; count++) pane.do(scroll(-1));
          expect(pane.rows()).toEqual(moved);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('another width stays at the same line, another height too', () => {
    using pane = rig(numbered(40).map((text) => `${text} ${'x'.repeat(30)}`));
    pane.do(scroll(-20));
    const [first = ''] = pane.rows();
    pane.resize(15, 5);
    expect(pane.rows()[0]).toBe(first.slice(0, 15).trimEnd());
    pane.resize(60, 9);
    expect(pane.rows()[0]).toBe(first);
    expect(pane.rows()).toHaveLength(9);
  });

  test('a cut line is moved sideways', () => {
    using pane = rig(['abcdefghijklmnop'], { columns: 6 });
    pane.pane({ wrap: false });
    expect(pane.rows()[0]).toBe('abcdef');
    pane.pane({ left: 10 });
    expect(pane.rows()[0]).toBe('klmnop');
  });
});

describe('a filter', () => {
  const noisy = Array.from({ length: 6000 }, (_, at) =>
    at % 1000 === 7 ? `needle ${at}` : `hay ${at} ${'.'.repeat(40)}`,
  );
  const needles = [7, 1007, 2007, 3007, 4007, 5007].map((at) => `needle ${at}`);

  test('shows only what it accepts, of all the history', () => {
    using pane = rig(noisy);
    pane.pane({ filter: 'Needle' });
    expect(pane.rows()).toEqual(['', '', '', '', '']);
    pane.pane({ filter: 'needle' });
    expect(pane.rows()).toEqual(needles.slice(1));
    expect(pane.title()).toBe('● web · & needle');
    pane.do(jump('start'));
    expect(pane.rows()).toEqual(needles.slice(0, 5));
  });

  test('with no time it is behind, shows what it has, and comes to the same page frame by frame', () => {
    using pane = rig(noisy);
    pane.pane({ filter: 'needle' });
    const always = (): boolean => true;
    expect(pane.isBehind(always)).toBe(true);
    let frames = 0;
    // Two chunks a frame.
    for (let looks = 0; pane.isBehind(() => looks++ > 1); looks = 0) {
      frames += 1;
      expect(frames).toBeLessThan(1000);
    }
    expect(frames).toBeGreaterThan(1);
    expect(pane.rows(always)).toEqual(needles.slice(1));
  });

  test('of another pane, of a level, or since a time, hides lines; without it they are back', () => {
    using pane = rig(['INFO one', 'ERROR two', 'WARN three', 'four']);
    pane.pane({ level: 'warn' });
    expect(pane.rows()).toEqual(['ERROR two', 'WARN three', '', '', '']);
    expect(pane.title()).toBe('● web · warn and above');
    pane.pane({ level: 'all', since: pane.now() });
    expect(pane.rows()).toEqual(['four', '', '', '', '']);
    pane.pass(5);
    pane.pane({ since: pane.now() });
    pane.write('web', 'five');
    expect(pane.rows()).toEqual(['five', '', '', '', '']);
  });

  test('what is cleared while scrolled back is gone as well', () => {
    using pane = rig(numbered(30));
    pane.do(scroll(-10));
    pane.pane({ since: pane.now() + 1 });
    expect(pane.rows()).toEqual(['', '', '', '', '']);
    pane.pass(1);
    pane.write('web', 'new');
    expect(pane.rows()).toEqual(['new', '', '', '', '']);
  });
});

describe('finding', () => {
  const log = Array.from({ length: 200 }, (_, at) => (at % 50 === 25 ? `ERROR boom ${at}` : `fine ${at}`));

  function go(pane: PaneRig, direction: 'before' | 'after', what: 'search' | 'error' = 'search'): string {
    pane.do(find(what, direction));
    const found = pane.look();
    return found === 'found' ? (pane.desk.view(0).selection()?.head.piece.text ?? '') : String(found);
  }

  test('goes up match by match, then says there is none, and down again', () => {
    using pane = rig(log);
    pane.set({ search: 'boom' });
    const seen = ['before', 'before', 'before', 'before', 'before', 'after', 'after'].map((direction) =>
      go(pane, direction === 'before' ? 'before' : 'after'),
    );
    expect(seen).toEqual([
      'ERROR boom 175',
      'ERROR boom 125',
      'ERROR boom 75',
      'ERROR boom 25',
      'none',
      'ERROR boom 75',
      'ERROR boom 125',
    ]);
    expect(pane.rows()).toContain('ERROR boom 125');
  });

  test('a match that is in sight does not move the page, and is not lost when lines come', () => {
    using pane = rig([...log, 'boom here']);
    pane.set({ search: 'boom' });
    const before = pane.rows();
    expect(go(pane, 'before')).toBe('boom here');
    expect(pane.rows()).toEqual(before);
    pane.write('web', ...numbered(50));
    expect(pane.rows()).toContain('boom here');
  });

  test('errors are found without a pattern', () => {
    using pane = rig(log);
    expect(go(pane, 'before', 'error')).toBe('ERROR boom 175');
    pane.do({ kind: 'stop-finding' });
    expect(pane.look()).toBeUndefined();
  });

  test('what is found is marked where it is', () => {
    using pane = rig(['a needle here']);
    pane.set({ search: 'needle' });
    expect(pane.raw()[0]).toMatch(/a .*\u001b\[[\d;]+mneedle\u001b\[/);
  });
});

test('marks, and the lines of all services, stand in the order they came', () => {
  using pane = createPaneRig(['web', 'api'], { columns: 60 });
  pane.write('web', 'one');
  pane.write('api', 'two');
  pane.rows();
  pane.do({ kind: 'mark', pane: 0 });
  pane.write('web', 'three');
  const rows = pane.rows();
  expect([rows[0], rows[1], rows[3]]).toEqual(['web      | one', 'api      | two', 'web      | three']);
  expect(rows[2]).toMatch(/^devstack \| ─{8} [\d:.]+ ─/);
});

describe('a mark among several', () => {
  const marks = (pane: PaneRig): number => pane.rows().filter((row) => /^devstack \| ─{8} [\d:.]+ ─/.test(row)).length;

  test('is seen in a group', () => {
    using pane = createPaneRig(['web', 'api'], { columns: 60 });
    pane.set({ selected: 'group services' });
    pane.write('web', 'one');
    pane.rows();
    pane.do({ kind: 'mark', pane: 0 });
    expect(marks(pane)).toBe(1);
  });

  test('is seen where all services are muted', () => {
    using pane = createPaneRig(['web', 'api'], { columns: 60 });
    pane.set({ muted: new Set(['web', 'api']) });
    pane.rows();
    pane.do({ kind: 'mark', pane: 0 });
    expect(pane.rows()[0]).toMatch(/^─{8} [\d:.]+ ─/);
  });

  test('is seen beside the lines of a request', () => {
    using pane = createPaneRig(['web', 'api'], { columns: 60 });
    pane.set({ selected: 'web' });
    pane.write('web', 'one requestId=abc-1', 'two');
    pane.rows();
    pane.do({ kind: 'mark', pane: 0 });
    pane.pane({ trace: 'abc-1' });
    pane.rows();
    pane.do({ kind: 'mark', pane: 0 });
    expect(
      pane
        .rows()
        .filter((row) => row !== '')
        .map((row) => row.replace(/ \| (─{8}).*/, ' | $1')),
    ).toEqual(['web      | one requestId=abc-1', 'web      | ────────', 'devstack | ────────']);
  });

  test('is seen beside the lines of a request of the only service', () => {
    using pane = createPaneRig(['web'], { columns: 60 });
    pane.write('web', 'one requestId=abc-1', 'two');
    pane.pane({ trace: 'abc-1' });
    pane.rows();
    pane.do({ kind: 'mark', pane: 0 });
    expect(pane.rows()[1]).toMatch(/^─{8} [\d:.]+ ─/);
  });
});

test('hidden services are left out of all, and shown by themselves', () => {
  using pane = createPaneRig(['web', 'api']);
  pane.write('web', 'one');
  pane.write('api', 'two');
  pane.set({ muted: new Set(['web']) });
  expect(pane.rows()[0]).toBe('two');
  pane.set({ selected: 'web' });
  expect(pane.rows()[0]).toBe('one');
});

test('a request is followed across all services', () => {
  using pane = createPaneRig(['web', 'api']);
  pane.write('web', 'GET / requestId=abc-1', 'GET /x requestId=abc-2');
  pane.write('api', 'select 1 requestId=abc-2', 'idle');
  pane.set({ selected: 'web' });
  pane.rows();
  pane.do({ kind: 'trace', pane: 0 });
  expect(pane.model().panes[0]?.trace).toBe('abc-2');
  expect(
    pane
      .rows()
      .slice(0, 3)
      .map((row) => row.replace(/^.*\| /, '')),
  ).toEqual(['GET /x requestId=abc-2', 'select 1 requestId=abc-2', '']);
});
