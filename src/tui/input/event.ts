/** What a terminal tells: one thing a person did, or an answer to what was asked of it. */
export type InputEvent =
  /** A canonical name, see key.ts: `a`, `A`, `ctrl-c`, `alt-1`, `pageup`, `shift-f5`. */
  | { readonly kind: 'key'; readonly key: string }
  /** The text as it was pasted, with `\n` line ends. */
  | { readonly kind: 'paste'; readonly text: string }
  | Mouse
  | { readonly kind: 'focus'; readonly on: boolean }
  | { readonly kind: 'reply'; readonly reply: Reply };

export interface Mouse {
  readonly kind: 'mouse';
  readonly action: 'press' | 'release' | 'drag' | 'move' | 'wheel-up' | 'wheel-down';
  /** `none` for the wheel and for a move with nothing held. */
  readonly button: 'left' | 'middle' | 'right' | 'none';
  /** From 0. */
  readonly column: number;
  /** From 0. */
  readonly row: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

/** Only what devstack asks for; other answers are left out. */
export type Reply =
  /** Every terminal gives this one (DA1), and in order: what was asked before it and has not come will not come. */
  | { readonly to: 'attributes' }
  /** OSC 10 and 11; from 0 to 255. */
  | { readonly to: 'foreground' | 'background'; readonly red: number; readonly green: number; readonly blue: number }
  /** From 0. */
  | { readonly to: 'cursor'; readonly column: number; readonly row: number }
  /** DECRQM: `unknown` is a mode this terminal does not have. */
  | { readonly to: 'mode'; readonly mode: number; readonly state: 'on' | 'off' | 'unknown' }
  /** The kitty keyboard protocol is there. */
  | { readonly to: 'keyboard'; readonly flags: number };
