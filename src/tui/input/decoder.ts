import type { InputEvent } from './event.ts';
import { OF_CONSOLE } from './function-keys.ts';
import { isCharacter, nameKey, NO_MODIFIERS } from '../../keys/key.ts';
import { readOldMouse } from './mouse.ts';
import { readColour } from './reply.ts';
import { readControlSequence, readShiftSequence } from './sequence.ts';

/** Turns the bytes a terminal sends into events, however they were cut into chunks. */
export interface Decoder {
  push(bytes: Uint8Array): readonly InputEvent[];
  /** Something is held back that may be the beginning of more: call `flush` when nothing follows for some 25 ms. */
  pending(): boolean;
  /** What was held back, taken as whole: an ESC is the Escape key. A paste goes on until its end comes. */
  flush(): readonly InputEvent[];
}

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

/** One step of reading: how far it went and what it found, or that the end is not there yet. */
type Step = { readonly end: number; readonly events: readonly InputEvent[] } | 'incomplete';

// Bytes are held as a string of one character each (latin1), which regular expressions can look at; UTF-8 is decoded
// where there is text. The limits on lengths keep garbage from being held back for long.
const SEQUENCE = /\x1b\[([0-?]{0,64})([ -/]{0,4})([@-~])/y;
const SEQUENCE_SO_FAR = /\x1b\[[0-?]{0,64}[ -/]{0,4}/y;
const SHIFT_SEQUENCE = /\x1bO([\d;]{0,8})([ A-Za-z])/y;
const SHIFT_SEQUENCE_SO_FAR = /\x1bO[\d;]{0,8}/y;
const RXVT_SHIFTED = /\x1b\[(\d{1,2})\$/y;
const CONSOLE_KEY = /\x1b\[\[([A-E])/y;
const STRING = /\x1b[\]P_]([^\x00-\x1f]{0,4096})(?:\x07|\x1b\\)/y;
const STRING_SO_FAR = /\x1b[\]P_][^\x00-\x1f]{0,4096}/y;

export function createDecoder(): Decoder {
  let rest = '';
  /** Where the end of a paste was not found yet; undefined outside a paste. */
  let searched: number | undefined;

  const read = (whole: boolean): readonly InputEvent[] => {
    const events: InputEvent[] = [];
    let at = 0;
    while (at < rest.length) {
      if (searched !== undefined) {
        const end = rest.indexOf(PASTE_END, Math.max(at, searched));
        if (end < 0) {
          searched = Math.max(0, rest.length - PASTE_END.length + 1 - at);
          break;
        }
        events.push({ kind: 'paste', text: decode(rest.slice(at, end)).replaceAll(/\r\n?/g, '\n') });
        at = end + PASTE_END.length;
        searched = undefined;
      } else if (rest.startsWith(PASTE_START, at)) {
        at += PASTE_START.length;
        searched = 0;
      } else {
        const step = readOne(rest, at);
        if (step === 'incomplete' && !whole) break;
        const { end, events: found } = step === 'incomplete' ? readBroken(rest, at) : step;
        events.push(...found);
        at = end;
      }
    }
    rest = rest.slice(at);
    return events;
  };

  return {
    push(bytes) {
      rest += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      return read(false);
    },
    pending: () => searched === undefined && rest !== '',
    flush: () => (searched === undefined ? read(true) : []),
  };
}

function readOne(rest: string, at: number): Step {
  if (rest[at] !== '\x1b') return readText(rest, at, false);
  switch (rest[at + 1]) {
    case undefined:
      return 'incomplete';
    case '\x1b':
      return readTwoEscapes(rest, at);
    case '[':
      return readSequence(rest, at);
    case 'O':
      return readShifted(rest, at);
    case ']':
    case 'P':
    case '_':
      return readString(rest, at);
    default:
      return readText(rest, at + 1, true);
  }
}

/** Some terminals send ESC before any key held with alt. Before anything else, and alone, it was the Escape key. */
function readTwoEscapes(rest: string, at: number): Step {
  const next = rest[at + 2];
  if (next === undefined) return 'incomplete';
  const escape = { end: at + 1, events: [key('escape')] };
  if (next !== '[' && next !== 'O') return escape;
  const step = readOne(rest, at + 1);
  if (step === 'incomplete') return step;
  const [event] = step.events;
  if (event?.kind !== 'key' || /^(?:ctrl-)?alt-/.test(event.key)) return escape;
  return { end: step.end, events: [{ kind: 'key', key: event.key.replace(/^(?:ctrl-)?/, '$&alt-') }] };
}

function readSequence(rest: string, at: number): Step {
  const ofConsole = match(CONSOLE_KEY, rest, at);
  if (ofConsole) return found(at, ofConsole, key(OF_CONSOLE[ofConsole[1] ?? ''] ?? ''));
  if (rest.startsWith('\x1b[[', at) && rest.length === at + 3) return 'incomplete';
  if (rest.startsWith('\x1b[M', at)) {
    if (rest.length < at + 6) return 'incomplete';
    return { end: at + 6, events: some(readOldMouse(rest.slice(at + 3, at + 6))) };
  }
  const ofRxvt = match(RXVT_SHIFTED, rest, at);
  if (ofRxvt) return found(at, ofRxvt, readControlSequence(ofRxvt[1] ?? '', '$', ''));
  const sequence = match(SEQUENCE, rest, at);
  if (sequence) {
    const [, parameters = '', intermediates = '', final = ''] = sequence;
    return found(at, sequence, readControlSequence(parameters, intermediates, final));
  }
  return readSoFar(SEQUENCE_SO_FAR, rest, at);
}

function readShifted(rest: string, at: number): Step {
  const sequence = match(SHIFT_SEQUENCE, rest, at);
  const event = sequence && readShiftSequence(sequence[1] ?? '', sequence[2] ?? '');
  if (sequence && event) return found(at, sequence, event);
  return readSoFar(SHIFT_SEQUENCE_SO_FAR, rest, at);
}

function readString(rest: string, at: number): Step {
  const string = match(STRING, rest, at);
  if (string) return found(at, string, rest[at + 1] === ']' ? readColour(string[1] ?? '') : undefined);
  const [soFar = ''] = match(STRING_SO_FAR, rest, at) ?? [];
  // The first half of its end.
  if (rest.length === at + soFar.length + 1 && rest.endsWith('\x1b')) return 'incomplete';
  return readSoFar(STRING_SO_FAR, rest, at);
}

/** A sequence that goes on at the end of the chunk, or that something else has cut off. */
function readSoFar(pattern: RegExp, rest: string, at: number): Step {
  const [soFar = ''] = match(pattern, rest, at) ?? [];
  if (at + soFar.length === rest.length) return 'incomplete';
  return cutOff(rest, at, at + soFar.length);
}

/** Two bytes are a key held with alt, such as `alt-[`; of more, nothing is to be made. */
function cutOff(rest: string, at: number, end: number): { end: number; events: readonly InputEvent[] } {
  return { end, events: end === at + 2 ? [key(nameKey(rest[at + 1] ?? '', { ...NO_MODIFIERS, alt: true }))] : [] };
}

/** What is incomplete where no more will come. */
function readBroken(rest: string, at: number): { end: number; events: readonly InputEvent[] } {
  if (rest[at] !== '\x1b') return { end: at + 1, events: [] };
  const next = rest[at + 1];
  if (next === undefined || next === '\x1b') return { end: at + 1, events: [key('escape')] };
  if (/[[O\]P_]/.test(next)) return cutOff(rest, at, rest.length);
  return { end: rest.length, events: [] };
}

function readText(rest: string, at: number, alt: boolean): Step {
  const code = rest.charCodeAt(at);
  const length = lengthOf(code);
  if (code < 32 || code === 127) return { end: at + 1, events: [key(controlKey(code, alt))] };
  const bytes = /^[^][\x80-\xbf]*/.exec(rest.slice(at, at + length))?.[0] ?? '';
  if (bytes.length < length && at + bytes.length === rest.length) return 'incomplete';
  const character = decode(bytes);
  return {
    end: at + bytes.length,
    events: isCharacter(character) ? [key(nameKey(character, { ...NO_MODIFIERS, alt }))] : [],
  };
}

/** Of a character in UTF-8, by its first byte. */
function lengthOf(code: number): number {
  if (code < 0xc2 || code > 0xf4) return 1;
  return code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;
}

/** Backspace is DEL or, of some terminals, what ctrl-h is too. A line feed is ctrl-j: Enter sends a carriage return. */
function controlKey(code: number, alt: boolean): string {
  const held = { ...NO_MODIFIERS, alt };
  switch (code) {
    case 8:
    case 127:
      return nameKey('backspace', held);
    case 9:
      return nameKey('tab', held);
    case 13:
      return nameKey('enter', held);
    case 27:
      return nameKey('escape', held);
    default:
      return nameKey(code === 0 ? ' ' : String.fromCharCode(code + 64), { ...held, ctrl: true });
  }
}

const key = (name: string): InputEvent => ({ kind: 'key', key: name });
const some = (event: InputEvent | undefined): readonly InputEvent[] => (event ? [event] : []);
const found = (at: number, { 0: text }: RegExpExecArray, event: InputEvent | undefined): Step => ({
  end: at + text.length,
  events: some(event),
});
const decode = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
