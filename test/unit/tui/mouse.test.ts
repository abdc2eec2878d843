import { describe, expect, test } from 'vitest';
import type { Update } from '../../../src/tui/act.ts';
import { listLines } from '../../../src/tui/chrome/list-lines.ts';
import { hintLine } from '../../../src/tui/chrome/bars.ts';
import { createKeyMap } from '../../../src/keys/map.ts';
import type { Mouse } from '../../../src/tui/input/event.ts';
import { layoutOf } from '../../../src/tui/layout.ts';
import { createModel, newPane, type Dialog, type Model } from '../../../src/tui/model.ts';
import { updateMouse } from '../../../src/tui/mouse.ts';
import type { Drawn } from '../../../src/tui/painter.ts';
import { factsOf, SHOP } from '../../rig/facts.ts';

const facts = factsOf(SHOP);
const keys = createKeyMap(undefined);
// The list has 42 columns; panes begin at 43, their titles in row 1.
const base: Model = createModel({ columns: 120, rows: 20 });
const four: Model = { ...base, panes: [newPane(), newPane('web'), newPane('api'), newPane('shell')] };

function use(model: Model, action: Mouse['action'], column: number, row: number, change: Partial<Mouse> = {}): Update {
  const layout = layoutOf(model);
  const { ids } = listLines(model, facts, layout.list?.columns ?? 0, layout.list?.rows ?? 0);
  const drawn: Drawn = {
    rows: [],
    listIds: ids,
    hints: hintLine(model, keys, 120).hints,
    ...(model.dialog && { dialog: { column: 30, row: 5, columns: 60, rows: 6 } }),
  };
  const event: Mouse = { kind: 'mouse', action, button: 'left', column, row, shift: false, alt: false, ctrl: false };
  return updateMouse(model, facts, layout, drawn, { ...event, ...change });
}

describe('the list', () => {
  test('a click selects the row and gives the keyboard to the list', () => {
    const { model, effects } = use({ ...base, focus: 'pane' }, 'press', 5, 3);
    expect(model).toMatchObject({ selected: 'web', focus: 'list' });
    expect(effects).toEqual([{ kind: 'unselect' }]);
  });

  test('a click on a group selects it, another folds it, one more unfolds it', () => {
    const first = use(base, 'press', 5, 2).model;
    expect(first).toMatchObject({ selected: 'group services', folded: new Set() });
    const second = use(first, 'press', 5, 2).model;
    expect(second.folded).toEqual(new Set(['group services']));
    expect(use(second, 'press', 5, 2).model.folded).toEqual(new Set());
  });

  test('a click below the last row does nothing', () => {
    expect(use(base, 'press', 5, 17)).toEqual({ model: base, effects: [] });
  });

  test('the wheel moves the selection', () => {
    expect(use(base, 'wheel-down', 5, 10).model.selected).toBe('group services');
    expect(use(base, 'wheel-up', 5, 10).model.selected).toBe('all');
  });
});

describe('panes', () => {
  test('a click gives the keyboard to the pane and begins a selection there', () => {
    const { rect } = layoutOf(four).panes[3] ?? expect.fail('there are four');
    const { model, effects } = use(four, 'press', rect.column + 7, rect.row + 3);
    expect(model).toMatchObject({ focus: 'pane', active: 3 });
    expect(effects).toEqual([{ kind: 'select', pane: 3, phase: 'begin', column: 7, row: 2 }]);
    expect(use(four, 'press', rect.column, rect.row).effects).toEqual([]);
  });

  test('the wheel scrolls the pane under it, whoever has the keyboard', () => {
    const { rect } = layoutOf(four).panes[2] ?? expect.fail('there are four');
    expect(use(four, 'wheel-up', rect.column, rect.row + 1)).toEqual({
      model: four,
      effects: [{ kind: 'scroll', pane: 2, rows: -3 }],
    });
  });

  test('a selection goes on outside of its pane, at its edges', () => {
    const model: Model = { ...four, focus: 'pane', active: 1 };
    const { rect } = layoutOf(four).panes[1] ?? expect.fail('there are four');
    expect(use(model, 'drag', 0, 0).effects).toEqual([
      { kind: 'select', pane: 1, phase: 'extend', column: 0, row: -1 },
    ]);
    expect(use(model, 'drag', 119, 19).effects).toEqual([
      { kind: 'select', pane: 1, phase: 'extend', column: rect.columns - 1, row: rect.rows - 1 },
    ]);
    expect(use(model, 'release', 119, 19).effects).toMatchObject([{ pane: 1, phase: 'end' }]);
  });

  test('the border, other buttons and moves do nothing', () => {
    expect(use(base, 'press', 42, 5)).toEqual({ model: base, effects: [] });
    expect(use(base, 'press', 60, 5, { button: 'right' })).toEqual({ model: base, effects: [] });
    expect(use(base, 'move', 60, 5)).toEqual({ model: base, effects: [] });
  });

  test('where only the list is on the screen, a drag selects nothing', () => {
    const narrow = createModel({ columns: 40, rows: 10 });
    expect(use(narrow, 'drag', 4, 4)).toEqual({ model: narrow, effects: [] });
  });
});

test('each hint does what it says, from its first column to its last', () => {
  for (const { from, to, action } of hintLine(base, keys, 120).hints) {
    const [first, last] = [use(base, 'press', from, 19), use(base, 'press', to - 1, 19)];
    expect(first).toEqual(last);
    if (action === 'help') expect(first.model.dialog).toEqual({ kind: 'help', top: 0 });
    if (action === 'zoom') expect(first.model.zoomed).toBe(true);
  }
  expect(use(base, 'press', 119, 19)).toEqual({ model: base, effects: [] });
});

describe('a dialog', () => {
  const open = (dialog: Dialog): Model => ({ ...base, dialog });
  const question = open({ kind: 'question', question: { text: 'Sure?', effect: { kind: 'redraw' } } });

  test('covers everything: a click beside it closes it', () => {
    expect(use(question, 'press', 5, 3)).toEqual({ model: base, effects: [] });
    expect(use(question, 'press', 5, 3, { button: 'right' })).toEqual({ model: question, effects: [] });
    expect(use(question, 'drag', 60, 3)).toEqual({ model: question, effects: [] });
    expect(use(question, 'wheel-up', 60, 8)).toEqual({ model: question, effects: [] });
  });

  test('yes and no can be clicked', () => {
    expect(use(question, 'press', 32, 9)).toEqual({ model: base, effects: [{ kind: 'redraw' }] });
    expect(use(question, 'press', 40, 9)).toEqual({ model: base, effects: [] });
    expect(use(question, 'press', 60, 9)).toEqual({ model: question, effects: [] });
    expect(use(question, 'press', 32, 8)).toEqual({ model: question, effects: [] });
  });

  test('the choices of a report can be clicked', () => {
    const choices = [
      { key: 'r', title: 'try again', effect: { kind: 'redraw' } },
      { key: 'escape', title: 'close', effect: { kind: 'tell', text: '' } },
    ] as const;
    const card = open({ kind: 'report', title: 'web', lines: [], top: 0, choices });
    // `r try again   Esc close   `
    expect(use(card, 'press', 32, 9)).toEqual({ model: base, effects: [{ kind: 'redraw' }] });
    expect(use(card, 'press', 42, 9)).toEqual({ model: base, effects: [{ kind: 'redraw' }] });
    expect(use(card, 'press', 47, 9)).toEqual({ model: base, effects: [{ kind: 'tell', text: '' }] });
    expect(use(card, 'press', 75, 9)).toEqual({ model: card, effects: [] });
  });

  test('an entry of the palette can be clicked', () => {
    const palette = open({ kind: 'palette', text: 'two pan', index: 0 });
    // The box has the text that is typed in its first row.
    expect(use(palette, 'press', 40, 7).model.panes).toHaveLength(2);
    expect(use(palette, 'press', 40, 6)).toEqual({ model: palette, effects: [] });
  });

  test('the wheel scrolls what is longer than the box', () => {
    const help = open({ kind: 'help', top: 0 });
    expect(use(help, 'wheel-down', 60, 8).model.dialog).toEqual({ kind: 'help', top: 3 });
    expect(use(help, 'wheel-up', 60, 8).model.dialog).toEqual({ kind: 'help', top: 0 });
  });
});
