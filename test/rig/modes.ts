/** What a program has changed about its terminal; all of it is to be as before once it has ended. */
export interface TerminalModes {
  readonly alternateScreen: boolean;
  readonly cursor: 'visible' | 'hidden';
  /** Which moves are told: of buttons, with one held, all. */
  readonly mouse: 'off' | 'buttons' | 'drags' | 'moves';
  readonly mouseForm: 'old' | 'sgr';
  readonly bracketedPaste: boolean;
  readonly focus: boolean;
  readonly cursorKeys: 'normal' | 'application';
  /** Drawing is held back (mode 2026). */
  readonly synchronized: boolean;
  /** How many levels of the kitty keyboard protocol are pushed. */
  readonly keyboardLevels: number;
}

export const RESTORED: TerminalModes = {
  alternateScreen: false,
  cursor: 'visible',
  mouse: 'off',
  mouseForm: 'old',
  bracketedPaste: false,
  focus: false,
  cursorKeys: 'normal',
  synchronized: false,
  keyboardLevels: 0,
};

/** By the sequences in all that was written, since emulators do not tell about each of them. */
export function modesAfter(written: string): TerminalModes {
  const on = new Set<number>();
  let hidden = false;
  let keyboardLevels = 0;
  for (const [whole, modes, set, push, count] of written.matchAll(/\x1bc|\x1b\[\?([\d;]+)([hl])|\x1b\[([<>])(\d*)u/g)) {
    if (whole === '\x1bc') {
      on.clear();
      hidden = false;
      keyboardLevels = 0;
    }
    if (push !== undefined) keyboardLevels = Math.max(0, keyboardLevels + (push === '>' ? 1 : -Number(count || 1)));
    for (const mode of (modes ?? '').split(';').filter(Boolean).map(Number)) {
      if (mode === 25) hidden = set === 'l';
      else if (set === 'h') on.add(mode);
      else on.delete(mode);
    }
  }
  return {
    alternateScreen: on.has(1049) || on.has(1047) || on.has(47),
    cursor: hidden ? 'hidden' : 'visible',
    mouse: on.has(1003) ? 'moves' : on.has(1002) ? 'drags' : on.has(1000) || on.has(9) ? 'buttons' : 'off',
    mouseForm: on.has(1006) ? 'sgr' : 'old',
    bracketedPaste: on.has(2004),
    focus: on.has(1004),
    cursorKeys: on.has(1) ? 'application' : 'normal',
    synchronized: on.has(2026),
    keyboardLevels,
  };
}
