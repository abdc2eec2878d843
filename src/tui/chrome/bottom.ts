import type { KeyMap } from '../../keys/map.ts';
import type { Model, Prompt } from '../model.ts';
import { measureCells, widthOf } from '../text/cells.ts';
import { hintLine, type Hint } from './bars.ts';
import type { Line } from './line.ts';

export interface Toast {
  readonly text: string;
  readonly look: 'plain' | 'bad';
}

const PROMPTS: Readonly<Record<Prompt['kind'], (name: string) => string>> = {
  search: () => '/',
  filter: () => '&',
  input: (name) => `to ${name}> `,
};

/** A prompt, a message, or the keys that apply now. */
export function bottomLine(
  model: Model,
  keys: KeyMap,
  toast: Toast | undefined,
  columns: number,
  isAttached: boolean,
): { readonly line: Line; readonly hints: readonly Hint[]; readonly column?: number } {
  const { prompt } = model;
  if (prompt) {
    const before = PROMPTS[prompt.kind](prompt.name ?? '');
    // One more is for the cursor.
    const text = endOf(prompt.text, columns - widthOf(before) - 1);
    return {
      line: [{ text: before, look: 'key' }, { text }],
      hints: [],
      column: widthOf(before) + widthOf(text),
    };
  }
  if (toast) return { line: [{ text: ` ${toast.text}`, look: toast.look === 'bad' ? 'bad' : 'bold' }], hints: [] };
  return hintLine(model, keys, columns, isAttached);
}

/** Of a text that is too long the end: there one types. */
function endOf(text: string, columns: number): string {
  const cells = measureCells(text);
  const width = cells.columns.at(-1) ?? 0;
  if (width <= columns) return text;
  const at = cells.columns.findIndex((column) => width - column < columns);
  return `…${text.slice(at < 0 ? text.length : cells.indexes[at])}`;
}
