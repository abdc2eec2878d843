import type { ActionId } from '../keys/actions.ts';
import { chosenResource, entriesOf, entryOf } from './entries.ts';
import { layoutOf } from './layout.ts';
import { ALL, LEVELS, newPane, targetOf, type Effect, type Facts, type Model, type Pane } from './model.ts';
import { isServiceAction, serviceAction } from './service-action.ts';

/** The next model and what is to be done besides. */
export interface Update {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

export const only = (model: Model, ...effects: readonly Effect[]): Update => ({ model, effects });

/** Everything a key, a click or the palette can ask for. */
export function act(model: Model, facts: Facts, id: ActionId): Update {
  if (isServiceAction(id)) return serviceAction(model, facts, id);
  const { active: pane } = model;
  switch (id) {
    case 'up':
    case 'down':
      return step(model, facts, id === 'up' ? -1 : 1);
    case 'first':
    case 'last':
      return select(model, entriesOf(facts, model.folded).at(id === 'first' ? 0 : -1)?.id ?? ALL);
    case 'all':
      return select(model, ALL);
    case 'left':
    case 'right':
      return sideways(model, facts, id);
    case 'page-up':
    case 'page-down':
      return only(model, { kind: 'page', pane, pages: id === 'page-up' ? -1 : 1 });
    case 'half-up':
    case 'half-down':
      return only(model, { kind: 'page', pane, pages: id === 'half-up' ? -0.5 : 0.5 });
    case 'lines-up':
    case 'lines-down':
      return only(model, { kind: 'scroll', pane, rows: id === 'lines-up' ? -3 : 3 });
    case 'log-start':
    case 'log-end':
      return only(model, { kind: 'jump', pane, to: id === 'log-start' ? 'start' : 'end' });
    case 'follow':
      return only(model, { kind: 'jump', pane, to: 'stay' });
    case 'next-restart':
    case 'previous-restart':
      return only(model, { kind: 'jump', pane, to: id });
    case 'next-match':
    case 'previous-match':
      if (model.search === undefined) return only({ ...model, prompt: { kind: 'search', text: '' } });
      return only(inSight(model), find(pane, 'search', id === 'previous-match'));
    case 'next-error':
    case 'previous-error':
      return only(inSight(model), find(pane, 'error', id === 'previous-error'));
    case 'search':
      return only({ ...model, prompt: { kind: 'search', text: '' } });
    case 'filter':
      return only({ ...model, prompt: { kind: 'filter', text: model.panes[pane]?.filter ?? '' } });
    case 'wrap':
      return only(withPane(model, (one) => ({ ...one, wrap: !one.wrap, left: 0 })));
    case 'times':
      return only(withPane(model, (one) => ({ ...one, times: !one.times })));
    case 'pretty':
      return only(withPane(model, (one) => ({ ...one, pretty: !one.pretty })));
    case 'level':
      return only(
        withPane(model, (one) => ({
          ...one,
          level: LEVELS[(LEVELS.indexOf(one.level) + 1) % LEVELS.length] ?? 'all',
        })),
      );
    case 'trace':
      if (model.panes[pane]?.trace !== undefined) return only(withPane(model, ({ trace: _, ...one }) => one));
      return only(inSight(model), { kind: 'trace', pane });
    case 'mute': {
      const name = chosenResource(model, facts);
      return only(name === undefined ? model : { ...model, muted: toggled(model.muted, name) });
    }
    case 'mark':
      // In the list Enter opens what is selected.
      return only(model, { kind: 'mark', pane });
    case 'clear':
      return only(withPane(model, ({ since, ...one }) => (since === undefined ? { ...one, since: facts.now } : one)));
    case 'focus':
      return only({ ...model, focus: model.focus === 'list' ? 'pane' : 'list', zoomed: false });
    case 'next-pane':
    case 'previous-pane':
      return only(moveFocus(model, id === 'next-pane' ? 1 : -1));
    case 'one-pane':
      return only(withPanes(model, facts, 1));
    case 'two-panes':
      return only(withPanes(model, facts, 2));
    case 'four-panes':
      return only(withPanes(model, facts, 4));
    case 'pin':
      return only(withPane(model, (one) => pinned(one, model.selected)));
    case 'zoom':
      return only({ ...model, zoomed: !model.zoomed, focus: model.zoomed ? 'list' : 'pane' });
    case 'select':
      return only({ ...model, focus: 'pane', selecting: true }, { kind: 'select-lines', pane, rows: 0 });
    case 'copy':
    case 'copy-page':
      return only(model, { kind: 'copy', pane, what: id === 'copy' ? 'selection' : 'page' });
    case 'mouse':
      return only({ ...model, mouse: !model.mouse });
    case 'palette':
      return only({ ...model, dialog: { kind: 'palette', text: '', index: 0 } });
    case 'help':
      return only({ ...model, dialog: { kind: 'help', top: 0 } });
    case 'cancel':
      return cancel(model);
    case 'redraw':
      return only(model, { kind: 'redraw' });
  }
}

/** Opening what was selected in the list gives the keyboard to its log. */
export function select(model: Model, id: string): Update {
  const first = model.panes[0];
  // With several panes the first is the one that follows the selection.
  const active = first && first.pin === undefined ? 0 : model.active;
  return only({ ...model, selected: id, active }, { kind: 'unselect' });
}

function step(model: Model, facts: Facts, by: number): Update {
  if (model.focus === 'pane')
    return only(model, { kind: model.selecting ? 'select-lines' : 'scroll', pane: model.active, rows: by });
  const entries = entriesOf(facts, model.folded);
  const at = entries.findIndex(({ id }) => id === model.selected);
  return select(model, entries[Math.max(0, Math.min(entries.length - 1, at + by))]?.id ?? ALL);
}

function sideways(model: Model, facts: Facts, id: 'left' | 'right'): Update {
  if (model.focus === 'pane') {
    const by = id === 'left' ? -10 : 10;
    return only(withPane(model, (one) => (one.wrap ? one : { ...one, left: Math.max(0, one.left + by) })));
  }
  const entry = entryOf(facts, model.selected);
  if (entry.kind === 'group') {
    const folded = new Set(model.folded);
    if (id === 'left') folded.add(entry.id);
    else folded.delete(entry.id);
    return only({ ...model, folded });
  }
  if (id === 'right' || entry.kind === 'all') return only(model);
  const group = entriesOf(facts, model.folded).find(
    ({ kind, members }) => kind === 'group' && members.includes(entry.id),
  );
  return group ? select(model, group.id) : only(model);
}

/** The first search goes up from the end, so going on means going up. */
const find = (pane: number, what: 'search' | 'error', forwards: boolean): Effect => ({
  kind: 'find',
  pane,
  what,
  direction: forwards ? 'after' : 'before',
});

/** On a narrow screen the list and the log take turns: what is looked for in the log brings it forth. */
export const inSight = (model: Model): Model =>
  layoutOf(model).panes.length > 0 ? model : { ...model, focus: 'pane' };

export function withPane(model: Model, change: (pane: Pane) => Pane): Model {
  return { ...model, panes: model.panes.map((pane, at) => (at === model.active ? change(pane) : pane)) };
}

function pinned({ pin, ...pane }: Pane, selected: string): Pane {
  return pin === undefined ? { ...pane, pin: selected } : pane;
}

/** A new pane shows everything, then what comes first in the stack; tasks have little to say. */
function withPanes(model: Model, facts: Facts, count: 1 | 2 | 4): Model {
  const shown = new Set(model.panes.map((pane) => targetOf(model, pane)));
  const isTask = (name: string): boolean => facts.resources.get(name)?.kind === 'task';
  const names = [...facts.resources.keys()];
  const free = [ALL, ...names.filter((name) => !isTask(name)), ...names.filter(isTask)].filter((id) => !shown.has(id));
  const panes = Array.from({ length: count }, (_, at) => model.panes[at] ?? newPane(free.shift() ?? ALL));
  return { ...model, panes, active: Math.min(model.active, count - 1), zoomed: false };
}

/** The list, then each pane, then the list again. */
function moveFocus(model: Model, by: number): Model {
  const places = model.panes.length + 1;
  const at = model.focus === 'list' ? 0 : model.active + 1;
  const next = (at + by + places) % places;
  return next === 0 ? { ...model, focus: 'list', zoomed: false } : { ...model, focus: 'pane', active: next - 1 };
}

function cancel(model: Model): Update {
  const effects: readonly Effect[] = [{ kind: 'stop-finding' }, { kind: 'unselect' }];
  const pane = model.panes[model.active];
  if (model.selecting) {
    const { selecting: _, ...rest } = model;
    return { model: rest, effects };
  }
  if (model.search !== undefined) {
    const { search: _, ...rest } = model;
    return { model: rest, effects };
  }
  if (pane?.trace !== undefined) return { model: withPane(model, ({ trace: _, ...one }) => one), effects };
  if (pane?.filter !== undefined) return { model: withPane(model, ({ filter: _, ...one }) => one), effects };
  return { model: { ...model, focus: 'list', zoomed: false }, effects };
}

const toggled = <T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> => {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
};
