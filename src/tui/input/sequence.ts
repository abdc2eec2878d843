import type { InputEvent } from './event.ts';
import { BY_CODE, BY_LETTER, BY_NUMBER, OF_KEYPAD, OF_RXVT, SHIFTED_BY_NUMBER } from './function-keys.ts';
import type { Modifiers } from '../../keys/key.ts';
import { isCharacter, nameKey, NO_MODIFIERS } from '../../keys/key.ts';
import { readMouse } from './mouse.ts';
import { readReply } from './reply.ts';

const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** In xterm's own forms; in `CSI u` the same bit is super, the key of the window manager. */
const META = 8;
const NOT_OURS = 8 | 16 | 32;
const RELEASED = 3;

/** One control sequence without its `ESC [`; undefined for what means nothing here. */
export function readControlSequence(parameters: string, intermediates: string, final: string): InputEvent | undefined {
  const mouse = /^<(\d+);(\d+);(\d+)$/.exec(parameters);
  if (mouse) {
    if (final !== 'M' && final !== 'm') return undefined;
    return readMouse(Number(mouse[1]), Number(mouse[2]), Number(mouse[3]), final);
  }
  if (intermediates !== '' && intermediates !== '$') return undefined;
  if (!/^[\d;:]*$/.test(parameters) || (intermediates === '$' && final !== '')) {
    return readReply(parameters, intermediates, final);
  }
  if (parameters === '' && (final === 'I' || final === 'O')) return { kind: 'focus', on: final === 'I' };
  if (final === 'R' && !/^(?:1;(?:[2-9]|1[0-6])(?::\d)?)?$/.test(parameters)) {
    return readReply(parameters, intermediates, final);
  }
  return readKey(parameters, final === '' ? intermediates : final);
}

/** `ESC O` and what follows; old terminals put a number for the modifiers between. */
export function readShiftSequence(parameters: string, final: string): InputEvent | undefined {
  const held = modifiersOf(Number(parameters.split(';').at(-1)) - 1);
  const letter = BY_LETTER[final] ?? OF_KEYPAD[final];
  if (letter !== undefined) return key(letter, held);
  const ofRxvt = OF_RXVT[final];
  return ofRxvt === undefined ? undefined : key(ofRxvt, { ...held, ctrl: true });
}

function readKey(parameters: string, final: string): InputEvent | undefined {
  const fields = parameters.split(';').map((field) => field.split(':'));
  const [[first = ''] = [], [modifiers = '', action = ''] = []] = fields;
  if (Number(action) === RELEASED) return undefined;
  const bits = Math.max(0, Number(modifiers) - 1);
  const held = modifiersOf(bits);
  if (final === 'u') return readCode(fields[0] ?? [], bits, fields[2] ?? []);
  const letter = BY_LETTER[final];
  // Old terminals leave the first number out: `CSI 5A`.
  if (letter) return key(letter, fields.length > 1 ? held : modifiersOf(Number(first) - 1));
  const ofRxvt = OF_RXVT[final];
  if (ofRxvt) return key(ofRxvt, { ...held, shift: true });
  switch (final) {
    case 'Z':
      return key('tab', { ...held, shift: true });
    case '~':
      // xterm's modifyOtherKeys.
      if (first === '27' && fields[2]) return readCode(fields[2], bits, []);
      return SHIFTED_BY_NUMBER[first]
        ? key(SHIFTED_BY_NUMBER[first], { ...held, shift: true })
        : key(BY_NUMBER[first], held);
    case '^':
      return key(BY_NUMBER[first], { ...held, ctrl: true });
    case '$':
      return key(BY_NUMBER[first], { ...held, shift: true });
    case '@':
      return key(BY_NUMBER[first], { ...held, ctrl: true, shift: true });
    default:
      return undefined;
  }
}

/**
 * A key by its code point, of `CSI code:shifted:base ; modifiers ; text u`. The base is the key at that place of a
 * US keyboard, without which ctrl-c could not be typed on a Cyrillic one.
 */
function readCode([code = '', shifted = '', base = '']: readonly string[], bits: number, text: readonly string[]) {
  if (bits & NOT_OURS) return undefined;
  const held = modifiersOf(bits);
  const named = BY_CODE[code];
  if (named !== undefined) return key(named, isCharacter(named) ? { ...held, shift: false } : held);
  const plain = !held.ctrl && !held.alt;
  const written = text.map((point) => characterOf(point)).join('');
  if (plain && isCharacter(written)) return key(written, NO_MODIFIERS);
  if (!plain && base !== '' && Number(code) > 127) return key(characterOf(base), held);
  const other = held.shift && !held.ctrl ? shifted : '';
  return key(characterOf(other === '' ? code : other), held);
}

function modifiersOf(bits: number): Modifiers {
  const given = bits > 0 ? bits : 0;
  return { ctrl: (given & CTRL) !== 0, alt: (given & (ALT | META)) !== 0, shift: (given & SHIFT) !== 0 };
}

/** Empty for what is no character, and for the numbers kitty gives to keys such as Caps Lock. */
function characterOf(digits: string): string {
  const code = Number(digits);
  if (!(code > 0 && code <= 0x10ffff) || (code >= 57_344 && code <= 63_743)) return '';
  const character = String.fromCodePoint(code);
  return isCharacter(character) ? character : '';
}

function key(base: string | undefined, held: Modifiers): InputEvent | undefined {
  return base === undefined || base === '' ? undefined : { kind: 'key', key: nameKey(base, held) };
}
