import { ACTIONS, type Action, type ActionId } from './actions.ts';

/** Which keys do what: from key and who has the keyboard to an action. */
export interface KeyMap {
  actionFor(key: string, focus: 'list' | 'pane'): ActionId | undefined;
  /** The keys of an action, the one to show first. */
  keysOf(id: ActionId): readonly string[];
}

/** A preset by name, or actions to keys: `{ restart: 'F2', quit: 'none' }`. */
export type KeyOption = string | Readonly<Record<string, string>> | undefined;

export const PRESETS = ['mprocs', 'process-compose'] as const;

/** Keys of the option where it has any, the defaults elsewhere. What cannot be understood is told and left out. */
export function createKeyMap(
  option: KeyOption,
  parseKey: (name: string) => string | undefined,
): { readonly map: KeyMap; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const changed = new Map<string, readonly string[]>();
  const preset = typeof option === 'string' ? option : (option?.['preset'] ?? 'mprocs');
  if (!PRESETS.some((name) => name === preset))
    problems.push(`keys: there is no preset "${preset}"; there are ${PRESETS.join(' and ')}`);
  for (const [id, value] of typeof option === 'object' ? Object.entries(option) : []) {
    if (id === 'preset') continue;
    if (!ACTIONS.some((action) => action.id === id)) {
      problems.push(`keys: there is no action "${id}"; press ? for all of them`);
      continue;
    }
    changed.set(id, value === 'none' ? [] : value.split(/\s*,\s*/).flatMap((name) => parse(id, name)));
  }

  function parse(id: string, name: string): readonly string[] {
    const key = parseKey(name);
    if (key === undefined) problems.push(`keys: "${name}" for ${id} is no key`);
    return key === undefined ? [] : [key];
  }

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
  return {
    map: { actionFor: (key, focus) => byKey[focus].get(key), keysOf: (id) => keys.get(id) ?? [] },
    problems,
  };
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
