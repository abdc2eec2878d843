import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createKeyMap } from '../../../src/keys/map.ts';
import { layoutOf, pageRows } from '../../../src/tui/layout.ts';
import { createModel, newPane, type Dialog, type Model } from '../../../src/tui/model.ts';
import { createPainter, type Drawn, type DrawnPane } from '../../../src/tui/painter.ts';
import { widthOf } from '../../../src/tui/text/cells.ts';
import { factsOf, failedWith, SHOP } from '../../rig/facts.ts';

const facts = factsOf(SHOP, { mailer: { lifecycle: failedWith(1, 'mailer') } });
const keys = createKeyMap(undefined);
const painter = createPainter(keys, 'truecolor');
afterAll(() => painter.close());

function draw(model: Model): Drawn {
  const layout = layoutOf(model);
  const panes = layout.panes.map(({ rect, index }): DrawnPane => ({
    rect,
    title: [{ text: ` 日本 pane ${index} with a title ` }],
    isActive: index === 0,
    rows: Array.from({ length: pageRows(rect) }, () => ({ text: 'x'.repeat(rect.columns), isWide: false })),
  }));
  return painter.paint(model, facts, layout, panes, undefined);
}

const visible = (text: string): string => text.replaceAll(/\u001b\[[\d;]*m/g, '');

/** Later segments cover earlier ones, as on a terminal. */
function shown(model: Model): readonly string[] {
  const { columns } = model.size;
  return draw(model).rows.map((segments) => {
    let row = '';
    for (const { column, text } of segments) {
      const before = row.slice(0, column).padEnd(column);
      row = before + visible(text) + row.slice(column + widthOf(visible(text)));
    }
    return row.slice(0, columns).trimEnd();
  });
}

const DIALOGS: readonly (Dialog | undefined)[] = [
  undefined,
  { kind: 'help', top: 4 },
  { kind: 'palette', text: 'stop', index: 2 },
  { kind: 'question', question: { text: 'Stop everything and quit?', effect: { kind: 'redraw' } } },
  {
    kind: 'report',
    title: 'a very long title of a report about something',
    lines: [[{ text: 'A=1\n2\t\u001b[2J' }], [{ text: 'x'.repeat(400) }], [], [{ text: '日'.repeat(100) }]],
    top: 0,
    choices: [{ key: 'r', title: 'try again', effect: { kind: 'redraw' } }],
  },
];

const anyModel = fc
  .record({
    columns: fc.integer({ min: 1, max: 130 }),
    rows: fc.integer({ min: 1, max: 40 }),
    panes: fc.constantFrom(1, 2, 4),
    focus: fc.constantFrom('list' as const, 'pane' as const),
    dialog: fc.constantFrom(...DIALOGS),
    text: fc.constantFrom(undefined, '', 'abc', '日本語'.repeat(40)),
  })
  .map(({ columns, rows, panes, focus, dialog, text }): Model => ({
    ...createModel({ columns, rows }),
    panes: Array.from({ length: panes }, () => newPane()),
    focus,
    ...(dialog && { dialog }),
    ...(text !== undefined && { prompt: { kind: 'search', text } }),
  }));

test('at any size there is a row for each of the screen, and nothing is left or right of it', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const { columns, rows } = model.size;
      const drawn = draw(model);
      expect(drawn.rows).toHaveLength(rows);
      for (const { column, text } of drawn.rows.flat()) {
        expect(column).toBeGreaterThanOrEqual(0);
        expect(column).toBeLessThan(columns);
        // eslint-disable-next-line no-control-regex -- they are what must not be there
        expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f]/);
      }
      for (const segments of drawn.rows)
        for (const { column, text } of segments.filter((one) => !one.isWide))
          expect(column + widthOf(visible(text))).toBeLessThanOrEqual(columns);
      if (drawn.cursor) {
        expect(drawn.cursor.column).toBeLessThan(columns);
        expect(drawn.cursor.row).toBeLessThan(rows);
      }
    }),
    { numRuns: 100 },
  );
});

describe('a dialog', () => {
  test('has both its edges in each of its rows', () => {
    for (const dialog of DIALOGS)
      for (const [columns, rows] of [
        [120, 40],
        [80, 24],
        [50, 12],
        [34, 9],
      ] as const) {
        if (!dialog) continue;
        const model: Model = { ...createModel({ columns, rows }), dialog };
        const rect = draw(model).dialog ?? expect.fail('it is open');
        const box = draw(model)
          .rows.slice(rect.row, rect.row + rect.rows)
          .map((segments) => visible(segments.at(-1)?.text ?? ''));
        expect(box.map((row) => `${row[0]}${row.at(-1)}`)).toEqual([
          '╭╮',
          ...Array<string>(rect.rows - 2).fill('││'),
          '╰╯',
        ]);
        expect(box.filter((row) => widthOf(row) !== rect.columns)).toEqual([]);
      }
  });
});

describe('the bottom line', () => {
  const prompted = (text: string, kind: 'search' | 'filter' | 'input' = 'search'): Model => ({
    ...createModel({ columns: 60, rows: 10 }),
    prompt: { kind, text, name: 'web' },
  });

  test.each([
    ['search', '/abc'],
    ['filter', '&abc'],
    ['input', 'to web> abc'],
  ] as const)('asks for a %s', (kind, line) => {
    expect(shown(prompted('abc', kind)).at(-1)).toBe(line);
    expect(draw(prompted('abc', kind)).cursor).toEqual({ column: line.length, row: 9 });
  });

  test('shows the end of a text that is longer than it, where one types', () => {
    const { cursor } = draw(prompted(`${'x'.repeat(100)}end`));
    expect(shown(prompted(`${'x'.repeat(100)}end`)).at(-1)).toMatch(/^\/…x+end$/);
    expect(cursor).toEqual({ column: 59, row: 9 });
  });
});
