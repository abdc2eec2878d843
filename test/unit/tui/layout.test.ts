import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, layoutOf, pageRows, type Layout, type Rect } from '../../../src/tui/layout.ts';
import { createModel, newPane, type Model } from '../../../src/tui/model.ts';

function modelOf(columns: number, rows: number, panes: number, change: Partial<Model> = {}): Model {
  const model = createModel({ columns, rows });
  return { ...model, panes: Array.from({ length: panes }, () => newPane()), ...change };
}

const rectsOf = ({ header, list, panes, footer }: Layout): readonly Rect[] =>
  [header, list, ...panes.map(({ rect }) => rect), footer].filter((rect) => rect !== undefined);

const overlap = (one: Rect, other: Rect): boolean =>
  one.column < other.column + other.columns &&
  other.column < one.column + one.columns &&
  one.row < other.row + other.rows &&
  other.row < one.row + one.rows;

const anyModel = fc
  .record({
    columns: fc.integer({ min: 1, max: 300 }),
    rows: fc.integer({ min: 1, max: 100 }),
    panes: fc.constantFrom(1, 2, 4),
    active: fc.nat(3),
    zoomed: fc.boolean(),
    focus: fc.constantFrom('list' as const, 'pane' as const),
  })
  .map(({ columns, rows, panes, active, zoomed, focus }) =>
    modelOf(columns, rows, panes, { active: active % panes, zoomed, focus }),
  );

test('everything is on the screen and nothing covers anything else', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const { columns, rows } = model.size;
      const rects = rectsOf(layoutOf(model));
      for (const [at, rect] of rects.entries()) {
        expect(rect.columns > 0 && rect.rows > 0).toBe(true);
        expect(rect.column >= 0 && rect.column + rect.columns <= columns).toBe(true);
        expect(rect.row >= 0 && rect.row + rect.rows <= rows).toBe(true);
        expect(rects.slice(at + 1).filter((other) => overlap(rect, other))).toEqual([]);
      }
    }),
    { numRuns: 2000 },
  );
});

test('every cell belongs to something, but for one column left of a pane', () => {
  fc.assert(
    fc.property(anyModel, fc.nat(), fc.nat(), (model, x, y) => {
      const [column, row] = [x % model.size.columns, y % model.size.rows];
      const layout = layoutOf(model);
      const isBorder = layout.panes.some(({ rect }) =>
        contains({ ...rect, column: rect.column - 1, columns: 1 }, column, row),
      );
      const owners = rectsOf(layout).filter((rect) => contains(rect, column, row));
      expect(owners).toHaveLength(isBorder ? 0 : 1);
    }),
    { numRuns: 2000 },
  );
});

test('who has the keyboard is on the screen', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const { list, panes } = layoutOf(model);
      if (model.zoomed) expect(panes.map(({ index }) => index)).toEqual([model.active]);
      else if (model.focus === 'list') expect(list).toBeDefined();
      else expect(panes.map(({ index }) => index)).toContain(model.active);
    }),
  );
});

const picture = (model: Model): readonly string[] => {
  const { columns, rows } = model.size;
  const { header, list, panes, footer } = layoutOf(model);
  const letter = (column: number, row: number): string => {
    const isIn = (rect: Rect | undefined): boolean => rect !== undefined && contains(rect, column, row);
    if (isIn(header)) return 'h';
    if (isIn(footer)) return 'f';
    if (isIn(list)) return 'l';
    return String(panes.find(({ rect }) => contains(rect, column, row))?.index ?? '|');
  };
  // Every fifth column and third row: enough to see it.
  return Array.from({ length: Math.ceil(rows / 3) }, (_, y) =>
    Array.from({ length: Math.ceil(columns / 5) }, (__, x) => letter(x * 5, Math.min(rows - 1, y * 3))).join(''),
  );
};

test('sizes, every fifth column and third row of them', () => {
  expect({
    common: picture(modelOf(80, 24, 1)),
    'two panes, low': picture(modelOf(80, 9, 2)),
    'two panes': picture(modelOf(80, 24, 2)),
    'two panes, wide': picture(modelOf(200, 24, 2)),
    'four panes': picture(modelOf(140, 24, 4)),
    zoomed: picture(modelOf(140, 12, 4, { zoomed: true, active: 2, focus: 'pane' })),
    'narrow, at the list': picture(modelOf(40, 10, 1)),
    'narrow, at the log': picture(modelOf(40, 10, 2, { focus: 'pane', active: 1 })),
    'three rows': picture(modelOf(60, 3, 1)),
  }).toMatchInlineSnapshot(`
    {
      "common": [
        "hhhhhhhhhhhhhhhh",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|000000000",
      ],
      "four panes": [
        "hhhhhhhhhhhhhhhhhhhhhhhhhhhh",
        "lllllllll0000000000111111111",
        "lllllllll0000000000111111111",
        "lllllllll0000000000111111111",
        "lllllllll2222222222333333333",
        "lllllllll2222222222333333333",
        "lllllllll2222222222333333333",
        "lllllllll2222222222333333333",
      ],
      "narrow, at the list": [
        "hhhhhhhh",
        "llllllll",
        "llllllll",
        "ffffffff",
      ],
      "narrow, at the log": [
        "hhhhhhhh",
        "00000000",
        "11111111",
        "ffffffff",
      ],
      "three rows": [
        "llll|0000000",
      ],
      "two panes": [
        "hhhhhhhhhhhhhhhh",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|000000000",
        "llllll|111111111",
        "llllll|111111111",
        "llllll|111111111",
        "llllll|111111111",
      ],
      "two panes, low": [
        "hhhhhhhhhhhhhhhh",
        "llllll|000000000",
        "llllll|000000000",
      ],
      "two panes, wide": [
        "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh",
        "llllllllll|00000000000000|11111111111111",
        "llllllllll|00000000000000|11111111111111",
        "llllllllll|00000000000000|11111111111111",
        "llllllllll|00000000000000|11111111111111",
        "llllllllll|00000000000000|11111111111111",
        "llllllllll|00000000000000|11111111111111",
        "llllllllll|00000000000000|11111111111111",
      ],
      "zoomed": [
        "hhhhhhhhhhhhhhhhhhhhhhhhhhhh",
        "2222222222222222222222222222",
        "2222222222222222222222222222",
        "2222222222222222222222222222",
      ],
    }
  `);
});

test('a pane without room for lines has none', () => {
  expect(pageRows({ column: 0, row: 0, columns: 10, rows: 1 })).toBe(0);
});
