import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createModel, newPane, type Model } from '../../../src/tui/model.ts';
import { readSaved, restoreModel, savedOf } from '../../../src/tui/saved.ts';

const base = createModel({ columns: 80, rows: 24 });

test('panes with their settings, folds and hidden services are there in the next session', () => {
  const pane = fc.record(
    { pin: fc.string(), wrap: fc.boolean(), times: fc.boolean(), pretty: fc.boolean() },
    { requiredKeys: ['wrap', 'times', 'pretty'] },
  );
  const anyModel = fc
    .record({
      panes: fc.oneof(...[1, 2, 4].map((count) => fc.array(pane, { minLength: count, maxLength: count }))),
      folded: fc.array(fc.string()),
      muted: fc.array(fc.string()),
    })
    .map(({ panes, folded, muted }): Model => ({
      ...base,
      panes: panes.map(({ pin, ...rest }) => ({ ...newPane(pin), ...rest })),
      folded: new Set(folded),
      muted: new Set(muted),
    }));
  fc.assert(
    fc.property(anyModel, (model) => {
      expect(restoreModel(base, readSaved(JSON.stringify(savedOf(model))))).toEqual(model);
    }),
  );
});

test('what was looked for is not', () => {
  const model: Model = {
    ...base,
    selected: 'web',
    search: 'x',
    panes: [{ ...newPane('web'), filter: 'f', trace: 't', level: 'error', since: 5, left: 10 }],
  };
  expect(restoreModel(base, savedOf(model))).toEqual({ ...base, panes: [newPane('web')] });
});

describe('a file that a person or another version wrote', () => {
  test.each([
    '',
    '{',
    'null',
    '[]',
    '1',
    '{"panes":[]}',
    '{"panes":[null],"folded":[],"muted":[]}',
    '{"panes":[{"pin":1}],"folded":[],"muted":[]}',
    '{"panes":[{"wrap":"no"}],"folded":[],"muted":[]}',
    '{"panes":[{}],"folded":[1],"muted":[]}',
  ])('%s is not read', (text) => {
    expect(readSaved(text)).toBeUndefined();
  });

  test('any JSON at all is read or not, and gives a model that works', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(restoreModel(base, readSaved(text)).panes.length).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 1],
    [4, 4],
    [9, 1],
  ])('of %i panes there are %i', (written, count) => {
    const panes = Array.from({ length: written }, () => ({}));
    const saved = readSaved(JSON.stringify({ panes, folded: [], muted: [] }));
    expect(restoreModel(base, saved).panes).toEqual(Array.from({ length: count }, () => newPane()));
  });
});
