import type { Stack } from '../core/stack.ts';
import { ACTIONS, type Action, type ActionId } from './actions.ts';
import { parseKey } from './key.ts';

/** Which keys do what: from key and who has the keyboard to an action. */
export interface KeyMap {
  actionFor(key: string, focus: 'list' | 'pane'): ActionId | undefined;
  /** The keys of an action, the one to show first. */
  keysOf(id: ActionId): readonly string[];
}

export const PRESETS = ['mprocs', 'process-compose'] as const;

export type Preset = (typeof PRESETS)[number];

/** A preset by name, or actions to keys: `{ restart: 'F2, Ctrl-R', quit: 'none' }`. */
export type KeyOption = Preset | ({ readonly preset?: Preset } & { readonly [A in ActionId]?: string });

/** The keys in a text like `F2, Ctrl-R`; undefined for each that is none. `none` is no keys. */
export function parseKeys(written: string): readonly (string | undefined)[] {
  return written.trim() === 'none' ? [] : written.split(/\s*,\s*/).map((name) => parseKey(name.trim()));
}

/** Keys of the option, which was checked, where it has any; the preset's elsewhere. */
export function createKeyMap(option: Stack['keys']): KeyMap {
  const { preset = 'mprocs', ...written } = typeof option === 'object' ? option : { preset: option };
  const changed = new Map(
    Object.entries(written).map(([id, keys]) => [id, parseKeys(keys).filter((key) => key !== undefined)]),
  );
  const taken = new Set([...changed.values()].flat());
  const isPreset = preset === 'process-compose';
  const presetKeys = new Set(isPreset ? ACTIONS.flatMap((action: Action) => action.processCompose ?? []) : []);
  const keysOf = (action: Action): readonly string[] =>
    changed.get(action.id) ??
    [
      ...(isPreset ? (action.processCompose ?? []) : []),
      ...action.keys.filter((key) => !presetKeys.has(key) || action.processCompose?.includes(key)),
    ].filter((key) => !taken.has(key));
  const keys = new Map<string, readonly string[]>(ACTIONS.map((action: Action) => [action.id, keysOf(action)]));
  const byKey = { list: new Map<string, ActionId>(), pane: new Map<string, ActionId>() };
  for (const action of ACTIONS as readonly Action[]) {
    for (const key of keys.get(action.id) ?? []) {
      for (const focus of ['list', 'pane'] as const) {
        if (action.in === undefined || action.in === focus) byKey[focus].set(key, action.id);
      }
    }
  }
  return { actionFor: (key, focus) => byKey[focus].get(key), keysOf: (id) => keys.get(id) ?? [] };
}

/** While keys go to a service there is always one that gives them back. */
export function keysOutOfTyping(keys: KeyMap): readonly string[] {
  const own = keys.keysOf('focus');
  return own.length > 0 ? own : ['ctrl-a'];
}

const SHOWN: Readonly<Record<string, string>> = {
  ' ': 'Space',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

/** `ctrl-p` as `Ctrl-P`. */
export function showKey(key: string): string {
  const parts = /^((?:ctrl-|alt-|shift-)*)(.+)$/s.exec(key);
  const modifiers = (parts?.[1] ?? '').replaceAll(/[cas](?=\w+-)/g, (letter) => letter.toUpperCase());
  const name = parts?.[2] ?? key;
  const shown = SHOWN[name] ?? (/^f\d+$/.test(name) || modifiers !== '' ? name.toUpperCase() : name);
  return `${modifiers}${shown}`;
}
