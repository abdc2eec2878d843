import { newPane, type Model, type Pane } from './model.ts';

/** What is remembered of the screen for the next session of the project. */
export interface Saved {
  readonly panes: readonly Pick<Pane, 'pin' | 'wrap' | 'times' | 'pretty'>[];
  readonly folded: readonly string[];
  readonly muted: readonly string[];
}

export function savedOf({ panes, folded, muted }: Model): Saved {
  return {
    panes: panes.map(({ pin, wrap, times, pretty }) => ({ wrap, times, pretty, ...(pin !== undefined && { pin }) })),
    folded: [...folded],
    muted: [...muted],
  };
}

/** What cannot be understood any more is left out. */
export function restoreModel(model: Model, saved: Saved | undefined): Model {
  if (!saved) return model;
  const { panes, folded, muted } = saved;
  const count = panes.length === 2 || panes.length === 4 ? panes.length : 1;
  return {
    ...model,
    folded: new Set(folded),
    muted: new Set(muted),
    panes: Array.from({ length: count }, (_, at) => {
      const { pin, wrap = true, times = false, pretty = true } = panes[at] ?? {};
      return { ...newPane(pin), wrap, times, pretty };
    }),
  };
}

/** From a file a person may have changed. */
export function readSaved(text: string): Saved | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSaved(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null) return false;
  const { panes, folded, muted } = value as Partial<Record<keyof Saved, unknown>>;
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every((one) => typeof one === 'string');
  const has = (one: object, key: string, type: string): boolean =>
    !(key in one) || typeof Reflect.get(one, key) === type;
  const isPane = (one: unknown): boolean =>
    typeof one === 'object' &&
    one !== null &&
    has(one, 'pin', 'string') &&
    ['wrap', 'times', 'pretty'].every((key) => has(one, key, 'boolean'));
  return Array.isArray(panes) && panes.every(isPane) && areTexts(folded) && areTexts(muted);
}
