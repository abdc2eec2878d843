import type { NamedKey } from '../../keys/key.ts';

// The keys without a character, by what each family of terminals sends for them.

/** `CSI A`, `CSI 1;5A`, and the same after SS3 (`ESC O A`). */
export const BY_LETTER: Readonly<Record<string, NamedKey>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

/** `CSI 5~`; rxvt ends the same numbers in `^` with ctrl, `$` with shift and `@` with both. */
export const BY_NUMBER: Readonly<Record<string, NamedKey>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

/** What terminals with twenty function keys send for a key from F13 on, which is shift and F1 on today's keyboards. */
export const SHIFTED_BY_NUMBER: Readonly<Record<string, NamedKey>> = {
  25: 'f1',
  26: 'f2',
  28: 'f3',
  29: 'f4',
  31: 'f5',
  32: 'f6',
  33: 'f7',
  34: 'f8',
};

/** `ESC [ [ A` of the Linux console. */
export const OF_CONSOLE: Readonly<Record<string, NamedKey>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' };

/** `ESC [ a` with shift and `ESC O a` with ctrl, of rxvt. */
export const OF_RXVT: Readonly<Record<string, NamedKey>> = { a: 'up', b: 'down', c: 'right', d: 'left' };

/** `ESC O p`: the number pad in its application mode, its digits from `p` on. */
export const OF_KEYPAD: Readonly<Record<string, string>> = {
  ' ': ' ',
  I: 'tab',
  M: 'enter',
  X: '=',
  j: '*',
  k: '+',
  l: ',',
  m: '-',
  n: '.',
  o: '/',
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String.fromCharCode(112 + digit), `${digit}`])),
};

/** The code points of `CSI u` that are no characters; from 57399 on they are the number pad of the kitty protocol. */
export const BY_CODE: Readonly<Record<string, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
  ...Object.fromEntries(
    [
      ...Array.from({ length: 10 }, (_, digit) => `${digit}`),
      '.',
      '/',
      '*',
      '-',
      '+',
      'enter',
      '=',
      ',',
      'left',
      'right',
      'up',
      'down',
      'pageup',
      'pagedown',
      'home',
      'end',
      'insert',
      'delete',
    ].map((key, at) => [57_399 + at, key]),
  ),
};
