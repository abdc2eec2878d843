import { BY_LETTER, BY_NUMBER } from './function-keys.ts';
import { isCharacter, splitKey } from '../../keys/key.ts';

const PLAIN: ReadonlyMap<string, string> = new Map([
  ['enter', '\r'],
  ['tab', '\t'],
  ['escape', '\x1b'],
  ['backspace', '\x7f'],
]);

/** F1 to F4 and the arrows end in a letter, the others in a tilde. Of two numbers for one key the lower is the usual. */
const LETTERS = turned(BY_LETTER);
const NUMBERS = turned(BY_NUMBER);

/**
 * What xterm sends for a key, by its canonical name; empty for a name that is none. `cursorKeys` is what the program
 * asked for with DECCKM: full-screen programs want `ESC O A` for up.
 */
export function encodeKey(key: string, cursorKeys: 'normal' | 'application' = 'normal'): string {
  const { base, held } = splitKey(key);
  const bits = (held.shift ? 1 : 0) + (held.alt ? 2 : 0) + (held.ctrl ? 4 : 0);
  const letter = LETTERS.get(base);
  if (letter !== undefined) {
    if (bits > 0) return `\x1b[1;${bits + 1}${letter}`;
    return cursorKeys === 'application' || base.startsWith('f') ? `\x1bO${letter}` : `\x1b[${letter}`;
  }
  const number = NUMBERS.get(base);
  if (number !== undefined) return bits > 0 ? `\x1b[${number};${bits + 1}~` : `\x1b[${number}~`;
  const escape = held.alt ? '\x1b' : '';
  if (base === 'tab' && held.shift) return `${escape}\x1b[Z`;
  if (base === 'backspace' && held.ctrl) return `${escape}\b`;
  const plain = PLAIN.get(base);
  if (plain !== undefined) return escape + plain;
  return isCharacter(base) ? escape + (held.ctrl ? controlOf(base) : base) : '';
}

/** Text as one paste. Where the program did not ask for marks around it, it cannot tell it from typing. */
export function encodePaste(text: string, marks: boolean): string {
  // An end mark inside would let the rest of the text act as keys.
  const sent = text.replaceAll('\x1b[201~', '').replaceAll(/\r?\n/g, '\r');
  return marks ? `\x1b[200~${sent}\x1b[201~` : sent;
}

/** Ctrl takes the upper bits of a character away; where that says nothing, terminals send the character. */
function controlOf(character: string): string {
  if (character === ' ') return '\0';
  return /^[a-z[\\\]^_]$/.test(character) ? String.fromCharCode(character.toUpperCase().charCodeAt(0) - 64) : character;
}

function turned(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(table)
      .toReversed()
      .map(([code, key]) => [key, code]),
  );
}
