import { describe, expect, test } from 'vitest';
import type { LogSource } from '../../../src/logs/source.ts';
import { accepting, all, atLevel, containing, patternOf } from '../../../src/tui/panes/accepts.ts';
import { createClicks } from '../../../src/tui/panes/clicks.ts';
import { createLineCounter } from '../../../src/tui/panes/counter.ts';
import { clockTime, createGutter } from '../../../src/tui/panes/gutter.ts';
import { createRates } from '../../../src/tui/rates.ts';

const ESC = '\u001b';

/** A log in memory of which only the newest bytes are kept. */
function sourceOf(kept = Infinity) {
  let bytes = Buffer.alloc(0);
  const source: LogSource = {
    names: () => ['web'],
    bounds: () => ({ start: Math.max(0, bytes.length - kept), end: bytes.length, dropped: 0 }),
    // In pieces, as a ring gives them.
    read: (_, from, limit) => bytes.subarray(from, from + Math.min(limit, 1000)),
    marks: (_, from) => ({ marks: [{ offset: 0, time: 0 }], until: Math.max(from, bytes.length) }),
  };
  return {
    source,
    write(text: string) {
      bytes = Buffer.concat([bytes, Buffer.from(text)]);
    },
  };
}

describe('what is accepted', () => {
  test.each<[string, string, boolean]>([
    ['error', 'An ERROR', true],
    ['Error', 'An ERROR', false],
    ['Error', 'An Error', true],
    [String.raw`\Sx`, 'ax', true],
    ['a.c$', 'xABC', true],
    ['red', `${ESC}[31mr${ESC}[1med`, true],
    ['^\\{', `${ESC}[2m{}`, true],
    [String.raw`\d{3}`, 'no', false],
  ])('%s in %j: %s', (source, text, expected) => {
    expect(accepting(source, true).line(text)).toBe(expected);
    expect(patternOf(source).test(text.replaceAll(/\u001b\[\d+m/g, ''))).toBe(expected);
    if (expected) expect(accepting(source, true).chunk?.(`before\n${text}\nafter\n`)).toBe(true);
  });

  test('a JSON line is found as it was written and as it is shown', () => {
    const line = '{"level":50,"msg":"no way","port":1}';
    for (const source of ['"level":50', 'ERROR no way', 'port=1']) {
      expect(accepting(source, true).line(line)).toBe(true);
      expect(accepting(source, true).chunk?.(`x\n${line}\n`)).toBe(true);
    }
    expect(accepting('ERROR no way', false).line(line)).toBe(false);
    expect(accepting('ERROR no way', true).line('{"a":1}')).toBe(false);
  });

  test('an id is text, not a pattern', () => {
    expect(containing('a.c').line('abc')).toBe(false);
    expect(containing('a.c').chunk?.('x\na.c\n')).toBe(true);
  });

  test('levels let through what is as grave, and count what has none as info', () => {
    const lines = ['DEBUG a', 'plain', 'WARN b', `${ESC}[31mERROR${ESC}[0m c`, '{"level":60,"msg":"d"}'];
    const through = (level: 'all' | 'info' | 'warn' | 'error'): number =>
      lines.filter((line) => atLevel(level)?.line(line) ?? true).length;
    expect([through('all'), through('info'), through('warn'), through('error')]).toEqual([5, 4, 3, 2]);
  });

  test('of several all have to agree', () => {
    expect(all([undefined, undefined])).toBeUndefined();
    const both = all([containing('a'), undefined, atLevel('warn')]);
    expect(['a', 'WARN a', 'WARN b'].filter((line) => both?.line(line))).toEqual(['WARN a']);
    expect(both?.chunk?.('nothing')).toBe(false);
  });
});

describe('the counter', () => {
  test('counts lines from where it began, across pieces, once', () => {
    const { source, write } = sourceOf();
    write('before\n');
    const counter = createLineCounter(source, ['web']);
    expect(counter.count()).toBe(0);
    write('a\nb\nopen');
    expect(counter.count()).toBe(2);
    write('\n'.repeat(5000));
    expect([counter.count(), counter.count()]).toEqual([5002, 5002]);
  });

  test('estimates what went by too fast', () => {
    const { source, write } = sourceOf(10_000);
    const counter = createLineCounter(source, ['web']);
    write('123456789\n'.repeat(1000));
    expect(counter.count()).toBe(1000);
    write('123456789\n'.repeat(20_000));
    expect(counter.count()).toBe(21_000);
  });

  test('rates are lines per second, of those that write, once a second', () => {
    const { source, write } = sourceOf();
    const rates = createRates(source, () => ['web']);
    expect(rates.sample(0)).toEqual(new Map());
    write('a\n'.repeat(50));
    expect(rates.sample(500)).toBeUndefined();
    expect(rates.sample(2000)).toEqual(new Map([['web', 25]]));
    expect(rates.sample(3000)).toEqual(new Map());
  });
});

describe('the gutter', () => {
  const piece = {
    name: 'web',
    from: 0,
    to: 1,
    time: new Date(2026, 0, 2, 3, 4, 5, 67).getTime(),
    text: '',
    continues: false,
    open: false,
  };
  const plain = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '');

  test('has names where there are several, cut where they are long', () => {
    const gutter = createGutter({ names: ['web', 'a-very-long-name-indeed'], times: false, columns: 80 });
    expect(plain(gutter.of(piece, true))).toBe('web              | ');
    expect(plain(gutter.of({ ...piece, name: '·a-very-long-name-indeed' }, true))).toBe('a-very-long-nam… | ');
    expect(plain(gutter.of(piece, false))).toBe('                 | ');
    expect(createGutter({ names: ['web'], times: false, columns: 80 }).of(piece, true)).toBe('');
  });

  test('has times, and says them once a line', () => {
    const gutter = createGutter({ names: ['web'], times: true, columns: 80 });
    expect(plain(gutter.of(piece, true))).toBe('03:04:05.067 ');
    expect(gutter.of({ ...piece, continues: true }, true)).toBe(' '.repeat(13));
    expect(clockTime(piece.time)).toBe('03:04:05.067');
  });

  test('is as wide as it says, and leaves room for the text at any width', () => {
    for (const times of [true, false])
      for (const names of [['web'], ['web', 'api'], ['web', 'a-very-long-name-indeed']])
        for (let columns = 1; columns < 100; columns++) {
          const gutter = createGutter({ names, times, columns, colourOf: () => '31' });
          expect(plain(gutter.of(piece, true))).toHaveLength(gutter.columns);
          expect(plain(gutter.of(piece, false))).toHaveLength(gutter.columns);
          expect(columns - gutter.columns).toBeGreaterThanOrEqual(Math.min(columns, 14));
        }
  });
});

test('clicks in one place and soon are counted to three', () => {
  const clicks = createClicks();
  const counts = [0, 100, 200, 300, 1000, 1100].map((now) => clicks.press(5, 5, now));
  expect(counts).toEqual([1, 2, 3, 1, 1, 2]);
  expect([clicks.press(6, 5, 1200), clicks.press(9, 5, 1300), clicks.press(9, 6, 1400)]).toEqual([3, 1, 1]);
});
