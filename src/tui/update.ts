import { act, only, select, type Update } from './act.ts';
import { keysOutOfTyping, type KeyMap } from '../keys/map.ts';
import type { Facts, Model } from './model.ts';
import { withoutControls } from './chrome/line.ts';
import { updateDialog, updatePrompt } from './update-dialog.ts';

/** A key was pressed. */
export function updateKey(model: Model, facts: Facts, keys: KeyMap, key: string): Update {
  if (model.typing !== undefined) return typeKey(model, keys, key);
  if (model.dialog) return updateDialog(model, facts, keys, key);
  if (model.prompt) return updatePrompt(model, key);
  if (/^alt-[1-9]$/.test(key)) return selectNumber(model, facts, Number(key.slice(4)));
  const action = keys.actionFor(key, model.focus);
  return action ? act(model, facts, action) : only(model);
}

/** Pasted text goes where text is typed. */
export function updatePaste(model: Model, text: string): Update {
  if (model.typing !== undefined) return only(model, { kind: 'write', name: model.typing, text });
  const line = withoutControls(text.split(/\r?\n/, 1)[0] ?? '');
  if (model.dialog?.kind === 'palette')
    return only({ ...model, dialog: { ...model.dialog, text: model.dialog.text + line, index: 0 } });
  if (!model.prompt) return only(model);
  return only({ ...model, prompt: { ...model.prompt, text: model.prompt.text + line } });
}

function selectNumber(model: Model, facts: Facts, number: number): Update {
  const name = [...facts.resources.keys()][number - 1];
  return name === undefined ? only(model) : select(model, name);
}

function typeKey(model: Model, keys: KeyMap, key: string): Update {
  if (keysOutOfTyping(keys).includes(key)) {
    const { typing: _, ...rest } = model;
    return only(rest);
  }
  return only(model, { kind: 'key', name: model.typing ?? '', key });
}
