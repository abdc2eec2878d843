import type { Toast } from './chrome/bottom.ts';

/** A short word at the bottom; it goes after a while, or with the next key once it has been there long enough to be read. */
export interface Toasts {
  show(text: string, look?: Toast['look']): void;
  current(): Toast | undefined;
  /** A key was pressed. */
  touch(): void;
}

const SHOWN_MS = 6_000;
const READ_MS = 400;

export function createToasts(now: () => number, changed: () => void): Toasts {
  let toast: (Toast & { readonly at: number }) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const drop = (): void => {
    clearTimeout(timer);
    toast = undefined;
  };
  return {
    show(text, look = 'plain') {
      drop();
      if (text === '') return changed();
      toast = { text, look, at: now() };
      timer = setTimeout(() => {
        drop();
        changed();
      }, SHOWN_MS).unref();
      changed();
    },
    current: () => toast,
    touch() {
      if (toast && now() - toast.at > READ_MS) drop();
    },
  };
}
