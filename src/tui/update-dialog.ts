import { scrollDialog } from './chrome/dialog-lines.ts';
import { isCharacter } from '../keys/key.ts';
import type { KeyMap } from '../keys/map.ts';
import type { Choice, Dialog, Effect, Facts, Model, Prompt } from './model.ts';
import { matchesOf, type Match } from './palette.ts';
import { act, inSight, only, withPane, type Update } from './act.ts';

/** A key while a dialog is open. */
export function updateDialog(model: Model, facts: Facts, keys: KeyMap, key: string): Update {
  const { dialog, ...rest } = model;
  if (!dialog) return only(model);
  if (key === 'ctrl-c' && dialog.kind !== 'palette') return act(rest, facts, 'interrupt');
  switch (dialog.kind) {
    case 'palette':
      return updatePalette(rest, dialog, facts, key);
    case 'question':
      if (key === 'y' || key === 'Y') return only(rest, dialog.question.effect);
      return only(key === 'n' || key === 'N' || key === 'escape' || key === 'q' ? rest : model);
    case 'report': {
      const isDeaf = facts.now < (dialog.deafUntil ?? 0);
      const choice = isDeaf ? undefined : dialog.choices.find((one) => one.key === key);
      if (choice) return choose(rest, choice);
      if (dialog.deafUntil === undefined || key === 'escape' || (!isDeaf && (key in SCROLLS || CLOSES.has(key))))
        return updateText(model, rest, dialog, keys, key);
      // It came in the middle of something else: that goes on.
      const action = keys.actionFor(key, model.focus);
      return action ? act(rest, facts, action) : only(model);
    }
    case 'help':
      return updateText(model, rest, dialog, keys, key);
  }
}

const CLOSES: ReadonlySet<string> = new Set(['escape', 'enter', 'q']);

/** One of the keys of a report, which is closed. */
export function choose(model: Model, { effect, question }: Choice): Update {
  if (question === undefined) return only(model, effect);
  return only({ ...model, dialog: { kind: 'question', question: { text: question, effect } } });
}

/** Text that is read: it scrolls, and is closed. */
function updateText(
  model: Model,
  closed: Model,
  dialog: Extract<Dialog, { kind: 'help' | 'report' }>,
  keys: KeyMap,
  key: string,
): Update {
  const by = SCROLLS[key];
  if (by !== undefined) return only({ ...model, dialog: scrollDialog(dialog, by, model.size) });
  const isHelpKey = dialog.kind === 'help' && keys.actionFor(key, 'list') === 'help';
  return only(CLOSES.has(key) || isHelpKey ? closed : model);
}

const SCROLLS: Readonly<Record<string, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  pageup: -10,
  'ctrl-u': -10,
  pagedown: 10,
  'ctrl-d': 10,
  home: -1e6,
  end: 1e6,
};

function updatePalette(model: Model, dialog: Extract<Dialog, { kind: 'palette' }>, facts: Facts, key: string): Update {
  const matches = matchesOf(facts, dialog.text);
  const show = (change: Partial<typeof dialog>): Update => only({ ...model, dialog: { ...dialog, ...change } });
  switch (key) {
    case 'escape':
    case 'ctrl-c':
      return only(model);
    case 'up':
    case 'ctrl-p':
      return show({ index: Math.max(0, dialog.index - 1) });
    case 'down':
    case 'ctrl-n':
    case 'tab':
      return show({ index: Math.min(Math.max(0, matches.length - 1), dialog.index + 1) });
    case 'enter': {
      const match = matches[dialog.index];
      return match ? perform(model, facts, match) : only({ ...model, dialog });
    }
  }
  const text = edited(dialog.text, key);
  return text === undefined ? only({ ...model, dialog }) : show({ text, index: 0 });
}

/** An entry of the palette, which is closed. What it names is meant, not what is in the pane. */
export const perform = (model: Model, facts: Facts, match: Match): Update =>
  act(match.kind === 'action' ? model : { ...model, selected: match.name, focus: 'list' }, facts, match.id);

/** A key while a line of text is asked for. */
export function updatePrompt(model: Model, key: string): Update {
  const { prompt, ...rest } = model;
  if (!prompt) return only(model);
  if (key === 'escape' || key === 'ctrl-c') return only(rest);
  if (key === 'enter') return submit(rest, prompt);
  const text = edited(prompt.text, key);
  // Backspace in an empty line leaves it, as in less.
  if (text === undefined) return only(key === 'backspace' ? rest : model);
  return only({ ...model, prompt: { ...prompt, text } });
}

function submit(model: Model, { kind, text, name }: Prompt): Update {
  switch (kind) {
    case 'input':
      return only(model, { kind: 'write', name: name ?? '', text: `${text}\n` });
    case 'filter':
      if (!isPattern(text)) return only(model, badPattern(text));
      return only(
        withPane(inSight(model), ({ filter: _, ...pane }) => (text === '' ? pane : { ...pane, filter: text })),
      );
    case 'search': {
      const search = text === '' ? model.search : text;
      if (search === undefined) return only(model);
      if (!isPattern(search)) return only(model, badPattern(search));
      // Towards the past: that is what is above the end one looks at.
      return only(inSight({ ...model, search }), {
        kind: 'find',
        pane: model.active,
        what: 'search',
        direction: 'before',
        turns: true,
      });
    }
  }
}

const badPattern = (text: string): Effect => ({ kind: 'tell', text: `"${text}" is no regular expression` });

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The text after a key; undefined when the key is none that changes text, or there is nothing to take away. */
export function edited(text: string, key: string): string | undefined {
  if (key === 'backspace' || key === 'ctrl-h') return text === '' ? undefined : withoutLast(text);
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S*\s*$/, '');
  return isCharacter(key) ? text + key : undefined;
}

function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter().segment(text)].at(-1);
  return text.slice(0, last?.index ?? 0);
}
