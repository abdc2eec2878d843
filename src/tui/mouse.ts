import { act, only, select, type Update } from './act.ts';
import { choiceAt, dialogSize, scrollDialog, shownMatches } from './chrome/dialog-lines.ts';
import type { Drawn } from './painter.ts';
import type { Mouse } from './input/event.ts';
import { choose, perform } from './update-dialog.ts';
import { contains, pageRows, type Layout } from './layout.ts';
import type { Effect, Facts, Model } from './model.ts';

const WHEEL_ROWS = 3;

/** What the mouse was used on: the list, a pane, a hint, or a dialog. */
export function updateMouse(model: Model, facts: Facts, layout: Layout, drawn: Drawn, event: Mouse): Update {
  const { column, row, action } = event;
  if (model.dialog) return onDialog(model, facts, drawn, event);
  const wheel = action === 'wheel-up' ? -1 : action === 'wheel-down' ? 1 : 0;
  const pane = layout.panes.find(({ rect }) => contains(rect, column, row));
  if (wheel !== 0) {
    if (pane) return only(model, { kind: 'scroll', pane: pane.index, rows: wheel * WHEEL_ROWS });
    return layout.list && contains(layout.list, column, row)
      ? act({ ...model, focus: 'list' }, facts, wheel < 0 ? 'up' : 'down')
      : only(model);
  }
  if (action === 'drag' || action === 'release') {
    // A selection goes on where the mouse has left its pane.
    const active = layout.panes.find(({ index }) => index === model.active);
    return active ? only(model, selecting(action === 'drag' ? 'extend' : 'end', active, column, row)) : only(model);
  }
  if (action !== 'press' || event.button !== 'left') return only(model);
  if (layout.list && contains(layout.list, column, row)) {
    const id = drawn.listIds[row - layout.list.row];
    if (id === undefined) return only(model);
    if (id === model.selected && id.startsWith('group '))
      return act(model, facts, model.folded.has(id) ? 'right' : 'left');
    return select({ ...model, focus: 'list' }, id);
  }
  if (pane) {
    const focused: Model = { ...model, focus: 'pane', active: pane.index };
    if (row === pane.rect.row) return only(focused);
    return only(focused, selecting('begin', pane, column, row));
  }
  if (layout.footer && row === layout.footer.row) {
    const hint = drawn.hints.find(({ from, to }) => column >= from && column < to);
    if (hint) return act(model, facts, hint.action);
  }
  return only(model);
}

function selecting(
  phase: 'begin' | 'extend' | 'end',
  { index, rect }: Layout['panes'][number],
  column: number,
  row: number,
): Effect {
  return {
    kind: 'select',
    pane: index,
    phase,
    column: Math.max(0, Math.min(rect.columns - 1, column - rect.column)),
    row: Math.max(-1, Math.min(pageRows(rect), row - rect.row - 1)),
  };
}

function onDialog(model: Model, facts: Facts, drawn: Drawn, { action, column, row, button }: Mouse): Update {
  const { dialog, ...rest } = model;
  if (!dialog || !drawn.dialog) return only(model);
  if ((action === 'wheel-up' || action === 'wheel-down') && 'top' in dialog)
    return only({ ...model, dialog: scrollDialog(dialog, action === 'wheel-up' ? -3 : 3, model.size) });
  if (action !== 'press' || button !== 'left') return only(model);
  // Beside it closes it; the last row but one has what can be chosen.
  const { dialog: rect } = drawn;
  if (!contains(rect, column, row)) return only(rest);
  const at = column - rect.column - 2;
  const isFoot = row === rect.row + rect.rows - 2;
  switch (dialog.kind) {
    case 'help':
      return only(model);
    case 'palette': {
      const { matches } = shownMatches(dialog, facts, dialogSize(model.size).rows);
      const match = matches[row - rect.row - 2];
      return match ? perform(rest, facts, match) : only(model);
    }
    case 'question':
      if (isFoot && at >= 0 && at < 6) return only(rest, dialog.question.effect);
      return only(isFoot && at >= 6 && at < 14 ? rest : model);
    case 'report': {
      const choice = isFoot ? choiceAt(dialog.choices, at) : undefined;
      return choice ? choose(rest, choice) : only(model);
    }
  }
}
