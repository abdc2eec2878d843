import { describe, expect, test } from 'vitest';
import type { Effect } from '../../../src/tui/model.ts';
import { wordAt } from '../../../src/tui/panes/selection.ts';
import { createPaneRig, type PaneRig } from '../../rig/panes.ts';

type Phase = Extract<Effect, { kind: 'select' }>['phase'];
type Place = readonly [column: number, row: number];

const mouse = (pane: PaneRig, phase: Phase, [column, row]: Place): void =>
  pane.do({ kind: 'select', pane: 0, phase, column, row });

/** What is copied by a drag from one place to another. */
function drag(pane: PaneRig, from: Place, ...to: readonly Place[]): string | undefined {
  pane.rows();
  pane.pass(1000);
  mouse(pane, 'begin', from);
  for (const place of to) mouse(pane, 'extend', place);
  pane.rows();
  mouse(pane, 'end', to.at(-1) ?? from);
  return pane.copied.at(-1);
}

function click(pane: PaneRig, place: Place, times: number): string | undefined {
  pane.rows();
  pane.pass(1000);
  for (let count = 0; count < times; count++) {
    mouse(pane, 'begin', place);
    mouse(pane, 'end', place);
  }
  return pane.copied.at(-1);
}

function rig(lines: readonly string[], size = {}): PaneRig {
  const pane = createPaneRig(['web'], { columns: 20, rows: 6, ...size });
  pane.write('web', ...lines);
  return pane;
}

describe('a drag', () => {
  test.each<[string, Place, Place, string]>([
    ['in a line', [1, 0], [3, 0], 'ell'],
    ['backwards', [3, 0], [1, 0], 'ell'],
    ['to the end of what is there', [6, 0], [19, 0], 'world'],
    ['over lines', [6, 0], [2, 2], 'world\nsecond line\nthi'],
    ['over lines, backwards', [2, 2], [6, 0], 'world\nsecond line\nthi'],
    ['below the last line', [6, 1], [3, 5], ' line\nthird'.slice(0)],
    ['beyond the last row', [0, 2], [3, 6], 'third'],
  ])('%s', (_, from, to, text) => {
    using pane = rig(['hello world', 'second line', 'third']);
    expect(drag(pane, from, to)).toBe(text);
  });

  test('takes what was under the mouse, whatever comes meanwhile, and then follows again', () => {
    using pane = rig(['one', 'two', 'three', 'four', 'five', 'six']);
    pane.rows();
    pane.pass(1000);
    mouse(pane, 'begin', [0, 1]);
    pane.write('web', 'seven', 'eight', 'nine');
    pane.rows();
    mouse(pane, 'extend', [2, 2]);
    mouse(pane, 'end', [2, 2]);
    expect(pane.copied.at(-1)).toBe('two\nthr');
    expect(pane.rows().at(-1)).toContain('nine');
  });

  test('copies characters of any width whole', () => {
    using pane = rig(['a👩b日本e\u0301z']);
    expect(drag(pane, [0, 0], [1, 0])).toBe('a👩');
    expect(drag(pane, [2, 0], [0, 0])).toBe('a👩');
    expect(drag(pane, [1, 0], [4, 0])).toBe('👩b日');
    expect(drag(pane, [6, 0], [8, 0])).toBe('本e\u0301');
    expect(drag(pane, [8, 0], [9, 0])).toBe('e\u0301z');
  });

  test('of a line that is wrapped copies one line', () => {
    using pane = rig(['0123456789'.repeat(5)]);
    expect(drag(pane, [18, 0], [1, 2])).toBe('890123456789012345678901');
  });

  test('leaves gutters, times and colours out', () => {
    using pane = createPaneRig(['web', 'api'], { columns: 60, rows: 6 });
    pane.write('web', '\u001b[31mred\u001b[0m one');
    pane.write('api', 'two');
    pane.pane({ times: true });
    const column = pane.rows()[0]?.indexOf('red') ?? -1;
    expect(drag(pane, [column, 0], [column + 2, 1])).toBe('red one\ntwo');
    // A place in the gutter is the beginning of its line.
    expect(drag(pane, [0, 0], [0, 1])).toBe('red one\nt');
  });

  test('over the edge scrolls, and copies what is out of sight', () => {
    using pane = rig(Array.from({ length: 40 }, (_, at) => `line ${at}`));
    expect(drag(pane, [0, 5], [0, -1], [0, -1], [0, -1])).toBe(
      Array.from({ length: 9 }, (_, at) => `line ${at + 31}`)
        .join('\n')
        .slice(0, -'ine 39'.length),
    );
  });

  test('copies JSON as it is shown', () => {
    using pane = rig(['{"level":30,"msg":"hello","port":3000}'], { columns: 60 });
    expect(drag(pane, [0, 0], [59, 0])).toBe('INFO  hello port=3000');
    pane.pane({ pretty: false });
    expect(drag(pane, [0, 0], [59, 0])).toBe('{"level":30,"msg":"hello","port":3000}');
  });

  test('stays where it was while lines come', () => {
    using pane = rig(['one', 'two', 'three']);
    pane.rows();
    mouse(pane, 'begin', [0, 1]);
    mouse(pane, 'extend', [2, 1]);
    pane.write('web', ...Array.from({ length: 20 }, () => 'noise'));
    pane.rows();
    mouse(pane, 'end', [2, 1]);
    expect(pane.copied).toEqual(['two']);
  });
});

describe('clicks', () => {
  test('one copies nothing and drops the selection', () => {
    using pane = rig(['hello world']);
    drag(pane, [0, 0], [4, 0]);
    expect(click(pane, [8, 0], 1)).toBe('hello');
    expect(pane.desk.view(0).selection()).toBeUndefined();
  });

  test('two copy a word, three a line, four begin again', () => {
    using pane = rig(['see http://localhost:3000/x?a=1 now', 'next'], { columns: 60 });
    expect(click(pane, [9, 0], 2)).toBe('http://localhost:3000/x');
    expect(click(pane, [9, 0], 3)).toBe('see http://localhost:3000/x?a=1 now');
    expect(click(pane, [0, 0], 2)).toBe('see');
  });

  test('a drag after two takes whole words', () => {
    using pane = rig(['one two three four']);
    pane.rows();
    mouse(pane, 'begin', [5, 0]);
    mouse(pane, 'end', [5, 0]);
    mouse(pane, 'begin', [5, 0]);
    mouse(pane, 'extend', [9, 0]);
    mouse(pane, 'end', [9, 0]);
    expect(pane.copied.at(-1)).toBe('two three');
  });

  test('a button that is let go after it was pressed elsewhere copies nothing', () => {
    using pane = rig(['hello world', 'second']);
    drag(pane, [0, 0], [4, 0]);
    expect(pane.copied).toEqual(['hello']);
    mouse(pane, 'end', [3, 1]);
    mouse(pane, 'extend', [3, 1]);
    mouse(pane, 'end', [3, 1]);
    expect(pane.copied).toEqual(['hello']);
  });
});

describe('by keys', () => {
  const lines = (pane: PaneRig, rows: number): void => pane.do({ kind: 'select-lines', pane: 0, rows });
  const copy = (pane: PaneRig, what: 'selection' | 'page' = 'selection'): string | undefined => {
    pane.do({ kind: 'copy', pane: 0, what });
    return pane.copied.at(-1);
  };

  test('lines are selected from the last one in sight, upwards and back', () => {
    using pane = rig(['one', 'two', 'three']);
    pane.rows();
    for (const rows of [0, -1, -1, 1]) lines(pane, rows);
    pane.set({ selecting: true });
    expect(copy(pane)).toBe('two\nthree');
    expect(pane.model().selecting).toBeUndefined();
  });

  test('what is selected comes into sight', () => {
    using pane = rig(Array.from({ length: 40 }, (_, at) => `line ${at}`));
    pane.rows();
    lines(pane, 0);
    for (let count = 0; count < 20; count++) lines(pane, -1);
    expect(pane.rows()).toContain('line 19');
    for (let count = 0; count < 20; count++) lines(pane, 1);
    expect(pane.rows()).toContain('line 39');
    expect(copy(pane)).toBe('line 39');
  });

  test('lines of several logs are copied in their order', () => {
    using pane = createPaneRig(['web', 'api'], { columns: 60 });
    pane.write('web', 'one');
    pane.write('api', 'two');
    // In the same moment.
    pane.pass(1);
    pane.writeRaw('api', 'b\n');
    pane.writeRaw('web', 'a\n');
    pane.rows();
    for (const rows of [0, -1, -1, -1]) lines(pane, rows);
    expect(copy(pane)).toBe('one\ntwo\na\nb');
  });

  test('without a selection the last line is copied', () => {
    using pane = rig(['one', 'two']);
    pane.rows();
    expect(copy(pane)).toBe('two');
  });

  test('a page is what is in sight, with lines that are wrapped in one piece', () => {
    using pane = rig(['first', 'x'.repeat(45), 'last'], { rows: 5 });
    pane.rows();
    expect(copy(pane, 'page')).toBe(`first\n${'x'.repeat(45)}\nlast`);
  });

  test('there is nothing to copy in an empty log', () => {
    using pane = rig([]);
    pane.rows();
    copy(pane);
    expect([pane.copied, pane.told()]).toEqual([[], 'there is nothing to copy']);
  });
});

test.each<[string, number, string]>([
  ['a b', 1, ' '],
  ['a(b)', 1, '('],
  ['key=value, x', 5, 'key=value'],
  ['user@host:22', 3, 'user@host:22'],
  ['', 0, ''],
  ['abc', 9, ''],
])('the word of %j at %i is %j', (text, index, word) => {
  const { from, to } = wordAt(text, index);
  expect(text.slice(from, to)).toBe(word);
});
