import { describe, expect, test } from 'vitest';
import { act } from '../../../src/tui/act.ts';
import { createKeyMap } from '../../../src/keys/map.ts';
import { createModel, LEVELS, newPane, type Dialog, type Model } from '../../../src/tui/model.ts';
import { updateKey, updatePaste } from '../../../src/tui/update.ts';
import { factsOf, failedWith, SHOP, statusOf } from '../../rig/facts.ts';

const facts = factsOf(SHOP);
const keys = createKeyMap(undefined);
const base = createModel({ columns: 120, rows: 40 });

const typed = (text: string): readonly string[] => Array.from(text);

/** The model after keys, one after the other; what was asked for is left out. */
const after = (model: Model, ...pressed: readonly string[]): Model =>
  pressed.reduce((now, key) => updateKey(now, facts, keys, key).model, model);
const lastAsked = (model: Model, ...pressed: readonly string[]): readonly object[] =>
  updateKey(after(model, ...pressed.slice(0, -1)), facts, keys, pressed.at(-1) ?? '').effects;

describe('the list', () => {
  test('the selection stops at both ends', () => {
    expect(after(base, 'up').selected).toBe('all');
    expect(after(base, 'G', 'down').selected).toBe('migrate');
  });

  test('a folded group hides its members and is unfolded again', () => {
    const folded = after(base, 'down', 'left');
    expect(folded.folded).toEqual(new Set(['group services']));
    expect(after(folded, 'down').selected).toBe('group workers');
    expect(after(folded, 'right').folded).toEqual(new Set());
  });

  test('alt and a digit selects by place', () => {
    expect(after(base, 'alt-2').selected).toBe('api');
    expect(after(base, 'alt-9')).toEqual(base);
  });

  test('a selection with several panes goes to the first, unless that one is pinned', () => {
    const two: Model = { ...base, panes: [newPane(), newPane('api')], active: 1 };
    expect(after(two, 'down').active).toBe(0);
    expect(after({ ...two, panes: [newPane('web'), newPane()] }, 'down').active).toBe(1);
  });
});

describe('on a screen that is too narrow for both', () => {
  const narrow = createModel({ columns: 45, rows: 20 });

  test('what is looked for in the log brings it forth', () => {
    expect(after(narrow, '/', 'a', 'enter')).toMatchObject({ focus: 'pane', search: 'a' });
    expect(after(narrow, '&', 'a', 'enter')).toMatchObject({ focus: 'pane', panes: [{ filter: 'a' }] });
    for (const key of ['T', 'e', 'E']) {
      expect(after(narrow, key).focus).toBe('pane');
      expect(lastAsked(narrow, key)).toHaveLength(1);
    }
    expect(after({ ...narrow, search: 'a' }, 'n').focus).toBe('pane');
    expect(after(narrow, '/', 'a', 'enter', 'escape', 'escape').focus).toBe('list');
  });

  test('a list beside the log keeps the keyboard', () => {
    for (const keys of [['/', 'a', 'enter'], ['&', 'a', 'enter'], ['T'], ['e']])
      expect(after(base, ...keys).focus).toBe('list');
  });
});

describe('what is done to several', () => {
  test('a start of all leaves alone what runs, tasks that are done and what is started by hand', () => {
    const idle = { kind: 'idle' } as const;
    const resources = SHOP.map((one) => (one.name === 'mailer' ? { ...one, autostart: false } : one));
    const some = factsOf(resources, { web: { lifecycle: idle }, mailer: { lifecycle: idle } });
    expect(updateKey(base, some, keys, 's').effects).toEqual([
      { kind: 'send', command: { kind: 'start', names: ['web'] } },
    ]);
  });

  test('c without a service shows what failed last', () => {
    const failed = factsOf(SHOP, { mailer: { lifecycle: failedWith(3, 'mailer') } });
    expect(updateKey(base, failed, keys, 'c').effects).toEqual([{ kind: 'report', report: 'card', name: 'mailer' }]);
  });

  test('in a pane that is pinned to all or a group it is done to those, not to what is selected', () => {
    const pinned = (pin: string): Model => ({ ...base, selected: 'api', focus: 'pane', panes: [newPane(pin)] });
    expect(after(pinned('all'), 'x').dialog).toMatchObject({ question: { text: `Stop ${SHOP.length} resources?` } });
    expect(lastAsked(pinned('web'), 'r')).toEqual([
      { kind: 'send', command: { kind: 'restart', names: ['web'], cause: { kind: 'asked' } } },
    ]);
  });

  const all: Model = { ...base, selected: 'group services' };
  test('a restart asks, and a stop says how many', () => {
    expect(act(all, facts, 'restart').model.dialog).toMatchObject({ question: { text: 'Restart 3 resources?' } });
    expect(act(all, facts, 'stop').model.dialog).toMatchObject({ question: { text: 'Stop 3 resources?' } });
  });

  test('what is about one asks for one', () => {
    for (const id of ['info', 'env', 'card', 'open', 'watch', 'debug'] as const)
      expect(act(all, facts, id).effects).toEqual([{ kind: 'tell', text: expect.stringMatching(/^select a/) }]);
  });
});

describe('services', () => {
  const on = (selected: string): Model => ({ ...base, selected });
  test('a task is run, a stopped service is started', () => {
    expect(act(on('migrate'), facts, 'start').effects).toEqual([
      { kind: 'send', command: { kind: 'run', name: 'migrate' } },
    ]);
    expect(act(on('migrate'), facts, 'restart').effects).toEqual([
      { kind: 'send', command: { kind: 'run', name: 'migrate' } },
    ]);
    const down = factsOf(SHOP, { web: { lifecycle: failedWith(1) } });
    expect(act(on('web'), down, 'restart').effects).toEqual([
      { kind: 'send', command: { kind: 'start', names: ['web'] } },
    ]);
  });

  test('nothing has failed', () => {
    expect(act(base, facts, 'restart-failed').effects).toEqual([{ kind: 'tell', text: 'nothing has failed' }]);
  });

  test('with nothing up, quit does not ask; while it stops, Ctrl-C kills', () => {
    const idle = factsOf(SHOP, Object.fromEntries(SHOP.map(({ name }) => [name, { lifecycle: { kind: 'idle' } }])));
    expect(act(base, idle, 'quit').effects).toEqual([{ kind: 'send', command: { kind: 'quit' } }]);
    expect(act(base, { ...facts, quitting: true }, 'interrupt').effects).toEqual([
      { kind: 'send', command: { kind: 'kill' } },
    ]);
  });

  test('a terminal is typed into until the focus key, text is sent to others', () => {
    const typing = after(on('shell'), 'I');
    expect(typing).toMatchObject({ typing: 'shell', focus: 'pane' });
    expect(lastAsked(typing, 'q')).toEqual([{ kind: 'key', name: 'shell', key: 'q' }]);
    expect(updatePaste(typing, 'a\nb').effects).toEqual([{ kind: 'write', name: 'shell', text: 'a\nb' }]);
    expect(after(typing, 'ctrl-a').typing).toBeUndefined();
    // There is always a way out.
    const without = createKeyMap({ focus: 'none' });
    expect(updateKey(typing, facts, without, 'ctrl-a').model.typing).toBeUndefined();
    expect(lastAsked(on('api'), 'I', 'h', 'i', 'enter')).toEqual([{ kind: 'write', name: 'api', text: 'hi\n' }]);
    expect(lastAsked(base, 'I')).toEqual([{ kind: 'tell', text: 'only a service or a task takes input' }]);
  });

  test('a debugged one is restarted without, an unwatched one is not watched', () => {
    const facts2 = { ...facts, statuses: new Map([['web', statusOf('web', { debugPort: 9229 })]]) };
    expect(act(on('web'), facts2, 'debug').effects).toMatchObject([{ command: { port: 'off' } }]);
    expect(act(on('web'), facts2, 'watch').effects).toEqual([{ kind: 'tell', text: 'web is not watched' }]);
  });
});

describe('panes', () => {
  const four = after(base, '4');
  test('the keyboard goes from the list through all panes and back', () => {
    const places = ['tab', 'tab', 'tab', 'tab', 'tab'].map((_, at, all) => after(four, ...all.slice(0, at + 1)));
    expect(places.map(({ focus, active }) => `${focus} ${active}`)).toEqual([
      'pane 0',
      'pane 1',
      'pane 2',
      'pane 3',
      'list 3',
    ]);
    expect(after(four, 'shift-tab')).toMatchObject({ focus: 'pane', active: 3 });
  });

  test('fewer panes keep the first, and one of them has the keyboard', () => {
    const one = after(four, 'shift-tab', '1');
    expect(one).toMatchObject({ panes: [newPane()], active: 0 });
  });

  test('a pin holds what was selected; a second press lets it go', () => {
    const pinned = after({ ...base, selected: 'web' }, 'P', 'down');
    expect(pinned).toMatchObject({ selected: 'api', panes: [{ pin: 'web' }] });
    expect(after(pinned, 'P').panes).toEqual([newPane()]);
  });

  test('what is done in a pinned pane is done to its service', () => {
    const model: Model = { ...base, focus: 'pane', selected: 'web', panes: [newPane('api')] };
    expect(act(model, facts, 'info').effects).toEqual([{ kind: 'report', report: 'info', name: 'api' }]);
  });

  test('levels come round', () => {
    const seen = LEVELS.map((_, at) => after(base, ...Array<string>(at).fill('l')).panes[0]?.level);
    expect(seen).toEqual(LEVELS);
    expect(after(base, 'l', 'l', 'l', 'l').panes[0]?.level).toBe('all');
  });

  test('a cut line is moved, a wrapped one has nothing to move', () => {
    const cut = after({ ...base, focus: 'pane' }, 'W', 'right', 'right', 'left');
    expect(cut.panes[0]).toMatchObject({ wrap: false, left: 10 });
    expect(after(cut, 'left', 'left').panes[0]?.left).toBe(0);
    expect(after(cut, 'W').panes[0]).toMatchObject({ wrap: true, left: 0 });
    expect(after({ ...base, focus: 'pane' }, 'right').panes).toEqual(base.panes);
  });

  test('Escape takes back one thing after the other', () => {
    const full: Model = {
      ...base,
      focus: 'pane',
      zoomed: true,
      selecting: true,
      search: 'x',
      panes: [{ ...newPane(), trace: 't1', filter: 'f' }],
    };
    const steps = [1, 2, 3, 4, 5].map((count) => after(full, ...Array<string>(count).fill('escape')));
    expect(
      steps.map(({ selecting, search, panes, focus }) => [selecting, search, panes[0]?.trace, panes[0]?.filter, focus]),
    ).toEqual([
      [undefined, 'x', 't1', 'f', 'pane'],
      [undefined, undefined, 't1', 'f', 'pane'],
      [undefined, undefined, undefined, 'f', 'pane'],
      [undefined, undefined, undefined, undefined, 'pane'],
      [undefined, undefined, undefined, undefined, 'list'],
    ]);
  });

  test('moving while lines are selected extends the selection', () => {
    expect(lastAsked(base, 'v', 'up')).toEqual([{ kind: 'select-lines', pane: 0, rows: -1 }]);
  });

  test('a trace that is followed is left, a cleared log comes back', () => {
    const traced: Model = { ...base, panes: [{ ...newPane(), trace: 't1' }] };
    expect(act(traced, facts, 'trace')).toEqual({ model: base, effects: [] });
    expect(after(base, 'C', 'C')).toEqual(base);
  });
});

describe('a line of text', () => {
  const text = (...pressed: readonly string[]): string | undefined => after(base, '/', ...pressed).prompt?.text;

  test.each<[string, readonly string[], string | undefined]>([
    ['letters, digits, signs and spaces are typed', ['a', 'Q', ' ', '日', '👩', '?'], 'aQ 日👩?'],
    ['Backspace takes a whole character away', ['a', '👩', 'backspace'], 'a'],
    ['so does Ctrl-H', ['a', 'b', 'ctrl-h'], 'a'],
    ['Ctrl-W takes a word', ['a', ' ', 'b', 'c', ' ', 'ctrl-w'], 'a '],
    ['Ctrl-U takes all', ['a', 'b', 'ctrl-u'], ''],
    ['other keys do nothing', ['a', 'up', 'f1', 'alt-x', 'tab'], 'a'],
    ['Backspace with no text leaves', ['backspace'], undefined],
    ['Escape leaves', ['a', 'escape'], undefined],
    ['Ctrl-C leaves', ['a', 'ctrl-c'], undefined],
  ])('%s', (_, pressed, expected) => {
    expect(text(...pressed)).toBe(expected);
  });

  test('a search goes up from where one looks, and again with no text', () => {
    const find = { kind: 'find', pane: 0, what: 'search', direction: 'before' };
    expect(lastAsked(base, '/', 'x', 'enter')).toEqual([{ ...find, turns: true }]);
    const searched = after(base, '/', 'x', 'enter');
    expect(searched.search).toBe('x');
    expect(lastAsked(searched, '/', 'enter')).toEqual([{ ...find, turns: true }]);
    expect(lastAsked(searched, 'n')).toEqual([find]);
    expect(lastAsked(searched, 'N')).toEqual([{ ...find, direction: 'after' }]);
    expect(lastAsked(base, '/', 'enter')).toEqual([]);
  });

  test('a filter starts with what it is, and an empty one is dropped', () => {
    const filtered = after(base, '&', 'x', 'enter');
    expect(filtered.panes[0]?.filter).toBe('x');
    expect(after(filtered, '&').prompt?.text).toBe('x');
    expect(after(filtered, '&', 'ctrl-u', 'enter').panes).toEqual(base.panes);
  });

  test.each(['/', '&'])('%s with half a pattern says so and changes nothing', (key) => {
    expect(lastAsked(base, key, '(', 'enter')).toEqual([{ kind: 'tell', text: '"(" is no regular expression' }]);
    expect(after(base, key, '(', 'enter')).toEqual(base);
  });

  test('of a paste the first line is taken, without what a terminal would obey', () => {
    const open = after(base, '/');
    expect(updatePaste(open, 'one\ntwo').model.prompt?.text).toBe('one');
    expect(updatePaste(open, 'a\tb\u001b[31mc\u0007').model.prompt?.text).toBe('a b[31mc');
    expect(updatePaste(base, 'one').model).toEqual(base);
    expect(updatePaste(after(base, ':'), 'quit').model.dialog).toEqual({ kind: 'palette', text: 'quit', index: 0 });
  });
});

describe('dialogs', () => {
  const report = (count: number): Model => {
    const lines = Array.from({ length: count }, () => []);
    const dialog: Dialog = { kind: 'report', title: 'web', lines, top: 0, choices: [] };
    return { ...base, dialog };
  };
  const topOf = ({ dialog }: Model): number | undefined => (dialog && 'top' in dialog ? dialog.top : undefined);

  test('it scrolls to its last line and no further, so that the way back begins at once', () => {
    const room = 34; // of 40 rows
    const end = after(report(100), ...Array<string>(20).fill('pagedown'));
    expect(topOf(end)).toBe(100 - room);
    expect(topOf(after(end, 'up'))).toBe(100 - room - 1);
    expect(topOf(after(end, 'home'))).toBe(0);
    expect(topOf(after(report(5), 'down'))).toBe(0);
    const help = after(base, '?', ...Array<string>(30).fill('pagedown'));
    expect(topOf(after(help, 'k'))).toBe((topOf(help) ?? 0) - 1);
  });

  test('a choice does what it says and closes', () => {
    const choices = [{ key: 'r', title: 'try again', effect: { kind: 'redraw' } as const }];
    const open: Model = { ...base, dialog: { kind: 'report', title: 'web', lines: [], top: 0, choices } };
    expect(updateKey(open, facts, keys, 'r')).toEqual({ model: base, effects: [{ kind: 'redraw' }] });
  });

  test('a question waits for an answer', () => {
    const open = act(base, facts, 'kill-all').model;
    for (const key of ['n', 'N', 'escape', 'q'])
      expect(updateKey(open, facts, keys, key)).toEqual({ model: base, effects: [] });
    for (const key of ['x', 'up', 'tab']) expect(after(open, key)).toEqual(open);
    // Enter is pressed without reading.
    expect(after(open, 'enter')).toEqual(open);
    expect(lastAsked(open, 'y')).toEqual([{ kind: 'send', command: { kind: 'kill' } }]);
  });

  test('the palette does what is chosen, to whom it was named for', () => {
    expect(lastAsked(base, ':', ...typed('stop mail'), 'enter')).toEqual([]);
    expect(after(base, ':', ...typed('stop mail'), 'enter')).toMatchObject({
      selected: 'mailer',
      dialog: { question: { text: 'Stop mailer?' } },
    });
    expect(after(base, ':', ...typed('two pan'), 'enter').panes).toHaveLength(2);
  });

  test('the palette means what it names, not what the pane is pinned to', () => {
    const pinned: Model = { ...base, focus: 'pane', panes: [newPane('web')] };
    expect(lastAsked(pinned, ':', ...typed('restart api'), 'enter')).toEqual([
      { kind: 'send', command: { kind: 'restart', names: ['api'], cause: { kind: 'asked' } } },
    ]);
  });

  describe('a card that came by itself', () => {
    const effect = { kind: 'tell', text: 'done' } as const;
    const choices = [
      { key: 's', title: 'stop it', effect, question: 'Stop it?' },
      { key: 'r', title: 'again', effect },
    ];
    const dialog: Dialog = { kind: 'report', title: '', lines: [], top: 0, choices, deafUntil: facts.now + 1 };
    const open: Model = { ...base, dialog };
    const later = { ...facts, now: facts.now + 1 };

    test('takes no key that was meant for what was there before: that goes on', () => {
      expect(updateKey(open, facts, keys, ':').model.dialog).toMatchObject({ kind: 'palette' });
      expect(updateKey(open, facts, keys, 'down').model).toEqual(after(base, 'down'));
      expect(updateKey(open, facts, keys, 'r').effects).not.toContainEqual(effect);
      expect(updateKey(open, facts, keys, 'escape')).toEqual({ model: base, effects: [] });
    });

    test('takes its own keys once it can have been read, and asks where it is asked for', () => {
      expect(updateKey(open, later, keys, 'r')).toEqual({ model: base, effects: [effect] });
      expect(updateKey(open, later, keys, 's').model.dialog).toEqual({
        kind: 'question',
        question: { text: 'Stop it?', effect },
      });
      expect(updateKey(open, later, keys, 'down').model.dialog).toMatchObject({ kind: 'report' });
      expect(updateKey(open, later, keys, '/').model).toMatchObject({ prompt: { kind: 'search' } });
    });
  });

  test('the palette chooses among what there is', () => {
    const index = (...pressed: readonly string[]): unknown => {
      const { dialog } = after(base, ':', ...pressed);
      return dialog?.kind === 'palette' ? dialog.index : undefined;
    };
    expect([index('up'), index('down', 'ctrl-n', 'tab'), index('down', 'ctrl-p')]).toEqual([0, 3, 0]);
    expect(index('down', 'w')).toBe(0);
    expect(index(...typed('zzzz'), 'down', 'enter')).toBe(0);
    expect(index('escape')).toBeUndefined();
  });
});
