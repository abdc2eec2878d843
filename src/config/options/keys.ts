import { ACTIONS, type ActionId } from '../../keys/actions.ts';
import { parseKeys, PRESETS, showKey, type KeyOption } from '../../keys/map.ts';
import { oneOf, text, wrong } from '../checks.ts';
import type { Check, Scope } from '../scope.ts';
import { shape } from '../shape.ts';

const preset = oneOf(...PRESETS);

/** One or more keys, with commas between them, or `none`. */
const someKeys: Check<string> = (value, path, scope) => {
  const written = text(value, path, scope);
  if (written === undefined) return undefined;
  return parseKeys(written).includes(undefined)
    ? wrong(path, scope, "a key like 'F2' or 'Ctrl-R', several with commas between them, or 'none'", value)
    : written;
};

const actions = shape({
  preset,
  ...Object.fromEntries(ACTIONS.map(({ id }): [ActionId, Check<string>] => [id, someKeys])),
});

/** A preset, or actions to keys. */
export const keys: Check<KeyOption> = (value, path, scope) => {
  if (typeof value === 'string') return preset(value, path, scope);
  const parsed = actions(value, path, scope);
  if (parsed) tellClashes(parsed, path, scope);
  return parsed;
};

/** One key cannot do two things, unless one of them is for the list and one for a log. */
function tellClashes(option: Exclude<KeyOption, string>, path: string, scope: Scope): void {
  const first = new Map<string, string>();
  for (const action of ACTIONS) {
    for (const key of parseKeys(option[action.id] ?? 'none')) {
      if (key === undefined) continue;
      for (const place of 'in' in action ? [action.in] : ['list', 'pane']) {
        const other = first.get(`${place} ${key}`);
        first.set(`${place} ${key}`, action.id);
        if (other === undefined || other === action.id) continue;
        const message = `${path}: ${showKey(key)} is given to both ${other} and ${action.id}. Take another key for one of them.`;
        scope.problem('key-taken', `${path}.${action.id}`, message);
        break;
      }
    }
  }
}
