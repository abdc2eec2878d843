import { describe, expect, test } from 'vitest';
import { act, type Update } from '../../../src/tui/act.ts';
import { ACTIONS, type Action, type ActionId } from '../../../src/keys/actions.ts';
import { createKeyMap } from '../../../src/keys/map.ts';
import { createModel, newPane, type Effect, type Model } from '../../../src/tui/model.ts';
import { updateKey } from '../../../src/tui/update.ts';
import { factsOf, failedWith, NOW, SHOP } from '../../rig/facts.ts';

const facts = factsOf(SHOP, { mailer: { lifecycle: failedWith(1, 'mailer') }, web: { watching: true } });
const keys = createKeyMap(undefined);
const base: Model = { ...createModel({ columns: 120, rows: 40 }), selected: 'web' };
const pane = (change: object): object => ({ ...newPane(), ...change });
const question = (text: string, effect: Effect): object => ({
  dialog: { kind: 'question', question: { text, effect } },
});
const send = (command: Extract<Effect, { kind: 'send' }>['command']): Effect => ({ kind: 'send', command });

/** What of the model changes, and what is asked for. */
interface Does {
  readonly to?: object;
  readonly asks?: readonly Effect[];
}

/** With a service selected; where the pane has the keyboard something else may happen. */
const TABLE: { readonly [id in ActionId]: Does | { readonly list: Does; readonly pane: Does } } = {
  start: { asks: [send({ kind: 'start', names: ['web'] })] },
  stop: { to: question('Stop web?', send({ kind: 'stop', names: ['web'] })) },
  restart: { asks: [send({ kind: 'restart', names: ['web'], cause: { kind: 'asked' } })] },
  'restart-failed': {
    asks: [send({ kind: 'start', names: ['mailer'] }), { kind: 'tell', text: 'starting mailer again' }],
  },
  info: { asks: [{ kind: 'report', report: 'info', name: 'web' }] },
  card: { asks: [{ kind: 'report', report: 'card', name: 'web' }] },
  env: { asks: [{ kind: 'report', report: 'env', name: 'web' }] },
  open: { asks: [{ kind: 'open', name: 'web' }] },
  input: { to: { prompt: { kind: 'input', text: '', name: 'web' } } },
  watch: {
    asks: [
      send({ kind: 'watch', names: ['web'], on: false }),
      { kind: 'tell', text: 'web is left alone when files change' },
    ],
  },
  debug: { asks: [send({ kind: 'debug', name: 'web', port: 'auto' })] },
  graph: { asks: [{ kind: 'report', report: 'graph', name: 'web' }] },
  'critical-path': { asks: [{ kind: 'report', report: 'critical-path', name: 'web' }] },
  follow: { asks: [{ kind: 'jump', pane: 0, to: 'stay' }] },
  wrap: { to: { panes: [pane({ wrap: false })] } },
  times: { to: { panes: [pane({ times: true })] } },
  pretty: { to: { panes: [pane({ pretty: false })] } },
  level: { to: { panes: [pane({ level: 'info' })] } },
  trace: { asks: [{ kind: 'trace', pane: 0 }] },
  mute: { to: { muted: new Set(['web']) } },
  mark: { asks: [{ kind: 'mark', pane: 0 }] },
  clear: { to: { panes: [pane({ since: NOW })] } },
  search: { to: { prompt: { kind: 'search', text: '' } } },
  'next-match': { to: { prompt: { kind: 'search', text: '' } } },
  'previous-match': { to: { prompt: { kind: 'search', text: '' } } },
  filter: { to: { prompt: { kind: 'filter', text: '' } } },
  'next-error': { asks: [{ kind: 'find', pane: 0, what: 'error', direction: 'before' }] },
  'previous-error': { asks: [{ kind: 'find', pane: 0, what: 'error', direction: 'after' }] },
  'next-restart': { asks: [{ kind: 'jump', pane: 0, to: 'next-restart' }] },
  'previous-restart': { asks: [{ kind: 'jump', pane: 0, to: 'previous-restart' }] },
  'log-start': { asks: [{ kind: 'jump', pane: 0, to: 'start' }] },
  'log-end': { asks: [{ kind: 'jump', pane: 0, to: 'end' }] },
  up: {
    list: { to: { selected: 'group services' }, asks: [{ kind: 'unselect' }] },
    pane: { asks: [{ kind: 'scroll', pane: 0, rows: -1 }] },
  },
  down: {
    list: { to: { selected: 'api' }, asks: [{ kind: 'unselect' }] },
    pane: { asks: [{ kind: 'scroll', pane: 0, rows: 1 }] },
  },
  left: { list: { to: { selected: 'group services' }, asks: [{ kind: 'unselect' }] }, pane: {} },
  right: {},
  first: { to: { selected: 'all' }, asks: [{ kind: 'unselect' }] },
  last: { to: { selected: 'migrate' }, asks: [{ kind: 'unselect' }] },
  'page-up': { asks: [{ kind: 'page', pane: 0, pages: -1 }] },
  'page-down': { asks: [{ kind: 'page', pane: 0, pages: 1 }] },
  'half-up': { asks: [{ kind: 'page', pane: 0, pages: -0.5 }] },
  'half-down': { asks: [{ kind: 'page', pane: 0, pages: 0.5 }] },
  'lines-up': { asks: [{ kind: 'scroll', pane: 0, rows: -3 }] },
  'lines-down': { asks: [{ kind: 'scroll', pane: 0, rows: 3 }] },
  focus: { list: { to: { focus: 'pane' } }, pane: { to: { focus: 'list' } } },
  'next-pane': { list: { to: { focus: 'pane' } }, pane: { to: { focus: 'list' } } },
  'previous-pane': { list: { to: { focus: 'pane' } }, pane: { to: { focus: 'list' } } },
  'one-pane': {},
  'two-panes': { to: { panes: [newPane(), newPane('all')] } },
  'four-panes': { to: { panes: [newPane(), newPane('all'), newPane('api'), newPane('shell')] } },
  pin: { to: { panes: [newPane('web')] } },
  zoom: { to: { zoomed: true, focus: 'pane' } },
  all: { to: { selected: 'all' }, asks: [{ kind: 'unselect' }] },
  select: { to: { focus: 'pane', selecting: true }, asks: [{ kind: 'select-lines', pane: 0, rows: 0 }] },
  copy: { asks: [{ kind: 'copy', pane: 0, what: 'selection' }] },
  'copy-page': { asks: [{ kind: 'copy', pane: 0, what: 'page' }] },
  mouse: { to: { mouse: false } },
  palette: { to: { dialog: { kind: 'palette', text: '', index: 0 } } },
  help: { to: { dialog: { kind: 'help', top: 0 } } },
  cancel: { to: { focus: 'list' }, asks: [{ kind: 'stop-finding' }, { kind: 'unselect' }] },
  redraw: { asks: [{ kind: 'redraw' }] },
  quit: { to: question('Stop everything and quit?', send({ kind: 'quit' })) },
  interrupt: { asks: [send({ kind: 'quit' })] },
  detach: { asks: [{ kind: 'leave' }] },
  'stop-all': { to: question('Stop everything and quit?', send({ kind: 'quit' })) },
  'kill-all': { to: question('Kill everything and quit?', send({ kind: 'kill' })) },
};

const rows = (ACTIONS as readonly Action[]).flatMap((action) =>
  (['list', 'pane'] as const)
    .filter((focus) => action.in === undefined || action.in === focus)
    .map((focus) => ({ id: action.id, focus, action })),
);

const doesOf = (id: ActionId, focus: 'list' | 'pane'): Does => {
  const row = TABLE[id];
  return 'list' in row ? row[focus] : row;
};

function expectUpdate(update: Update, before: Model, { to = {}, asks = [] }: Does): void {
  expect(update).toEqual({ model: { ...before, ...to }, effects: asks });
}

test('the table has a row for each action, and no other', () => {
  expect(Object.keys(TABLE).toSorted()).toEqual(ACTIONS.map(({ id }) => id).toSorted());
});

describe.each(rows)('$id in the $focus', ({ id, focus, action }) => {
  const model: Model = { ...base, focus };

  test('does what it says by each of its keys, and by name', () => {
    expectUpdate(act(model, facts, id), model, doesOf(id, focus));
    for (const key of action.keys) expectUpdate(updateKey(model, facts, keys, key), model, doesOf(id, focus));
  });

  test('asks first when it is said to', () => {
    const { dialog } = act(model, facts, id).model;
    expect(dialog?.kind === 'question').toBe(action.asks === true);
  });

  test('its keys belong to a text that is being typed', () => {
    for (const kind of ['search', 'filter', 'input'] as const) {
      const typing: Model = { ...model, prompt: { kind, text: 'a', name: 'web' } };
      for (const key of action.keys) {
        const { model: after, effects } = updateKey(typing, facts, keys, key);
        if (Array.from(key).length === 1) expect([after.prompt?.text, effects]).toEqual([`a${key}`, []]);
        else if (key === 'ctrl-u') expect(after).toEqual({ ...typing, prompt: { kind, text: '', name: 'web' } });
        else if (!['enter', 'escape', 'ctrl-c'].includes(key))
          expect({ after, effects }).toEqual({ after: typing, effects: [] });
        else expect(after.prompt).toBeUndefined();
      }
    }
  });

  test('its keys do nothing behind a dialog', () => {
    const dialogs: readonly NonNullable<Model['dialog']>[] = [
      { kind: 'help', top: 3 },
      { kind: 'palette', text: 'q', index: 0 },
      { kind: 'question', question: { text: 'Sure?', effect: { kind: 'redraw' } } },
      { kind: 'report', title: 'web', lines: [], top: 0, choices: [] },
    ];
    for (const dialog of dialogs) {
      for (const key of action.keys) {
        // It was told to do something.
        if (dialog.kind === 'palette' && key === 'enter') continue;
        const { model: after, effects } = updateKey({ ...model, dialog }, facts, keys, key);
        const { dialog: _, ...rest } = after;
        expect(rest).toEqual(model);
        if (key === 'ctrl-c' && dialog.kind !== 'palette') expect(effects).toEqual([send({ kind: 'quit' })]);
        else if (dialog.kind === 'question' && ['y', 'Y'].includes(key)) expect(effects).toEqual([{ kind: 'redraw' }]);
        else expect(effects).toEqual([]);
      }
    }
  });

  test('its keys go to the service that is typed to, but for the one that comes back', () => {
    const typing: Model = { ...model, typing: 'shell' };
    for (const key of action.keys) {
      const update = updateKey(typing, facts, keys, key);
      if (id === 'focus') expectUpdate(update, model, {});
      else expectUpdate(update, typing, { asks: [{ kind: 'key', name: 'shell', key }] });
    }
  });

  test('it can be done with everything selected, a group, and with nothing there', () => {
    const none = factsOf([]);
    for (const selected of ['all', 'group services', 'gone'])
      for (const known of [facts, none]) expect(() => act({ ...model, selected }, known, id)).not.toThrow();
  });
});
