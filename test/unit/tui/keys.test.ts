import { describe, expect, test } from 'vitest';
import { ACTIONS, type Action } from '../../../src/keys/actions.ts';
import { createKeyMap, PRESETS, showKey } from '../../../src/keys/map.ts';
import { parseKey } from '../../../src/keys/key.ts';
import { matchesOf, scoreOf } from '../../../src/tui/palette.ts';
import { factsOf, SHOP } from '../../rig/facts.ts';

const actions: readonly Action[] = ACTIONS;

describe('keys', () => {
  test('no key of a preset does two things in one place', () => {
    for (const preset of PRESETS) {
      const map = createKeyMap(preset);
      for (const { id, in: where } of actions)
        for (const key of map.keysOf(id))
          for (const focus of where === undefined ? (['list', 'pane'] as const) : [where])
            expect([key, map.actionFor(key, focus)]).toEqual([key, id]);
    }
  });

  test('every action has a key in every preset, written as it is read', () => {
    for (const preset of PRESETS) {
      const map = createKeyMap(preset);
      for (const { id } of actions) expect([id, map.keysOf(id).map(parseKey)]).toEqual([id, map.keysOf(id)]);
      expect(actions.filter(({ id }) => map.keysOf(id).length === 0)).toEqual([]);
    }
  });

  test('the function keys of process-compose come beside the letters', () => {
    const map = createKeyMap('process-compose');
    expect(map.keysOf('stop')).toEqual(['f9', 'x']);
    expect(map.actionFor('f10', 'list')).toBe('quit');
    expect(createKeyMap('mprocs').actionFor('f10', 'list')).toBeUndefined();
  });

  test('a key that is given to another action is taken from the first', () => {
    const map = createKeyMap({ restart: 'F2, Ctrl+X', stop: 'r' });
    expect(map.keysOf('restart')).toEqual(['f2', 'ctrl-x']);
    expect(map.actionFor('r', 'list')).toBe('stop');
    expect(map.actionFor('x', 'list')).toBeUndefined();
  });

  test('a preset can be changed, an action left without keys', () => {
    const map = createKeyMap({ preset: 'process-compose', quit: 'none' });
    expect(map.keysOf('quit')).toEqual([]);
    expect(map.actionFor('q', 'list')).toBeUndefined();
    expect(map.actionFor('f9', 'pane')).toBe('stop');
  });

  test.each([
    [' ', 'Space'],
    ['ctrl-p', 'Ctrl-P'],
    ['alt-shift-up', 'Alt-Shift-↑'],
    ['f10', 'F10'],
    ['a', 'a'],
    ['A', 'A'],
    ['ctrl-]', 'Ctrl-]'],
    ['-', '-'],
    ['', ''],
  ])('%j is shown as %s', (key, shown) => {
    expect(showKey(key)).toBe(shown);
  });
});

describe('the palette', () => {
  const facts = factsOf(SHOP);
  const titles = (text: string): readonly string[] => matchesOf(facts, text).map(({ title }) => title);

  test('offers every action but itself and cancel', () => {
    expect(titles(' ')).toEqual(
      ACTIONS.filter(({ id }) => id !== 'palette' && id !== 'cancel').map(({ title }) => title),
    );
  });

  test.each([
    ['rest ap', 'Restart api'],
    ['two', 'Two panes'],
    ['stop shell', 'Stop shell'],
    ['quit', 'Stop everything and quit'],
    ['why mig', 'Why: migrate'],
  ])('%s finds %s first', (text, first) => {
    expect(titles(text)[0]).toBe(first);
  });

  test('letters that are not there, in that order, find nothing', () => {
    expect(titles('zqx')).toEqual([]);
    expect(scoreOf('Stop web', 'bew')).toBeUndefined();
    expect(scoreOf('Stop web', '')).toBeDefined();
  });
});
