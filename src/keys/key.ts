// A key has one name: its modifiers in the order ctrl-, alt-, shift-, then the character it writes or one of the words
// below. Shift is part of a character (`A`, `?`, `alt-A`) and is named only where the character does not show it:
// before a word (`shift-tab`) and before a letter with ctrl (`ctrl-shift-c`).

export interface Modifiers {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

export const NO_MODIFIERS: Modifiers = { ctrl: false, alt: false, shift: false };

/** Keys without a character. Space is not among them: it is ' '. */
export type NamedKey =
  | 'enter'
  | 'tab'
  | 'escape'
  | 'backspace'
  | 'delete'
  | 'insert'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'pageup'
  | 'pagedown'
  | `f${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}`;

/** How people write them, without case, spaces, hyphens and underscores. */
const WORDS: Readonly<Record<string, string>> = {
  enter: 'enter',
  return: 'enter',
  ret: 'enter',
  cr: 'enter',
  tab: 'tab',
  escape: 'escape',
  esc: 'escape',
  backspace: 'backspace',
  bs: 'backspace',
  delete: 'delete',
  del: 'delete',
  insert: 'insert',
  ins: 'insert',
  ...Object.fromEntries(
    ['up', 'down', 'left', 'right'].flatMap((way) => [way, `arrow${way}`].map((word) => [word, way])),
  ),
  home: 'home',
  end: 'end',
  pageup: 'pageup',
  pgup: 'pageup',
  pagedown: 'pagedown',
  pgdown: 'pagedown',
  pgdn: 'pagedown',
  ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`f${at + 1}`, `f${at + 1}`])),
  space: ' ',
  spc: ' ',
  plus: '+',
  minus: '-',
  lt: '<',
  gt: '>',
};

/** What a plain terminal sends for both of a pair, so both have one name. */
const SAME_WITH_CTRL: Readonly<Record<string, string>> = { '/': '_', '@': ' ' };

const MODIFIER = /^(control|ctrl|c|alt|option|opt|meta|a|m|shift|s)[-+](?=.)/isu;

/** The name of a key from its character or word and what was held with it. */
export function nameKey(base: string, { ctrl, alt, shift }: Modifiers): string {
  const [key, named] = isCharacter(base) ? withShift(base, ctrl, shift) : [base, shift];
  return `${ctrl ? 'ctrl-' : ''}${alt ? 'alt-' : ''}${named ? 'shift-' : ''}${key}`;
}

/**
 * What a person wrote, as a name: `Ctrl+C`, `<C-c>`, `C-c` and `^C` are all `ctrl-c`; undefined where there is no such
 * key. Without ctrl the case of a letter counts: `A` is with shift. Most terminals send tab for ctrl-i, enter for
 * ctrl-m, escape for ctrl-[ and backspace for ctrl-h.
 */
export function parseKey(written: string): string | undefined {
  let rest = /^<(.+)>$/su.exec(written)?.[1] ?? written;
  const held = { ctrl: false, alt: false, shift: false };
  for (let match = MODIFIER.exec(rest); match; match = MODIFIER.exec(rest)) {
    held[modifierOf(match[1] ?? '')] = true;
    rest = rest.slice(match[0].length);
  }
  if (/^\^[^^]$/u.test(rest)) {
    held.ctrl = true;
    rest = rest.slice(1);
  }
  if (!isCharacter(rest)) {
    const word = rest.toLowerCase().replaceAll(/[-_ ]/g, '');
    if (word === 'backtab') held.shift = true;
    rest = word === 'backtab' ? 'tab' : ((Object.hasOwn(WORDS, word) ? WORDS[word] : undefined) ?? '');
    if (rest === '') return undefined;
  }
  // Which character shift makes of a digit or a sign is up to the keyboard.
  if (held.shift && isCharacter(rest) && rest !== ' ' && !isLetter(rest)) return undefined;
  return nameKey(rest, held);
}

/** The parts of a canonical name. */
export function splitKey(key: string): { readonly base: string; readonly held: Modifiers } {
  const [, ctrl, alt, shift, base = ''] = /^(ctrl-)?(alt-)?(shift-)?(.+)$/su.exec(key) ?? [];
  return { base, held: { ctrl: ctrl !== undefined, alt: alt !== undefined, shift: shift !== undefined } };
}

/** One code point that can be written. */
export function isCharacter(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}\u{fffd}\u{2028}\u{2029}]$/u.test(text);
}

function isLetter(character: string): boolean {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  return lower !== upper && isCharacter(lower) && isCharacter(upper);
}

function withShift(character: string, ctrl: boolean, shift: boolean): readonly [string, boolean] {
  if (!isLetter(character)) return [(ctrl ? SAME_WITH_CTRL[character] : undefined) ?? character, false];
  if (ctrl) return [character.toLowerCase(), shift];
  return [shift ? character.toUpperCase() : character, false];
}

function modifierOf(word: string): keyof Modifiers {
  switch (word.charAt(0).toLowerCase()) {
    case 'c':
      return 'ctrl';
    case 's':
      return 'shift';
    default:
      return 'alt';
  }
}
