import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../../src/tui/input/decoder.ts';
import { encodeKey, encodePaste } from '../../../src/tui/input/encode.ts';
import type { InputEvent } from '../../../src/tui/input/event.ts';
import { parseKey } from '../../../src/keys/key.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

function decodeAll(chunks: readonly Uint8Array[]): readonly InputEvent[] {
  const decoder = createDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.flush()];
}

const decode = (text: string): readonly InputEvent[] => decodeAll([bytesOf(text)]);
const keysOf = (text: string): readonly string[] =>
  decode(text).map((event) => (event.kind === 'key' ? event.key : JSON.stringify(event)));

describe('what terminals send for keys', () => {
  test.each([
    ['characters', 'aA?é日😀 ', 'a A ? é 日 😀 ␠'],
    ['plain ones', '\r\t\x7f\b\n', 'enter tab backspace backspace ctrl-j'],
    ['ctrl', '\x00\x01\x03\x1a\x1c\x1d\x1e\x1f', 'ctrl-␠ ctrl-a ctrl-c ctrl-z ctrl-\\ ctrl-] ctrl-^ ctrl-_'],
    ['alt', '\x1ba\x1bA\x1b1\x1bé\x1b\r\x1b\x7f\x1b\x01', 'alt-a alt-A alt-1 alt-é alt-enter alt-backspace ctrl-alt-a'],
    ['arrows', '\x1b[A\x1b[B\x1b[C\x1b[D', 'up down right left'],
    ['arrows of the application mode', '\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF', 'up down right left home end'],
    ['home and end of xterm', '\x1b[H\x1b[F', 'home end'],
    [
      'of tmux, screen and the Linux console',
      '\x1b[1~\x1b[4~\x1b[2~\x1b[3~\x1b[5~\x1b[6~',
      'home end insert delete pageup pagedown',
    ],
    ['of rxvt', '\x1b[7~\x1b[8~', 'home end'],
    ['shift-tab', '\x1b[Z', 'shift-tab'],
    [
      'function keys of xterm',
      '\x1bOP\x1bOQ\x1bOR\x1bOS\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~\x1b[24~',
      'f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12',
    ],
    ['of the VT220', '\x1b[11~\x1b[12~\x1b[13~\x1b[14~', 'f1 f2 f3 f4'],
    ['of the Linux console', '\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E', 'f1 f2 f3 f4 f5'],
    [
      'with shift, from F13 on',
      '\x1b[25~\x1b[26~\x1b[28~\x1b[29~\x1b[31~\x1b[34~',
      'shift-f1 shift-f2 shift-f3 shift-f4 shift-f5 shift-f8',
    ],
    [
      'modifiers of xterm',
      '\x1b[1;2A\x1b[1;3B\x1b[1;5C\x1b[1;6D\x1b[1;8H',
      'shift-up alt-down ctrl-right ctrl-shift-left ctrl-alt-shift-home',
    ],
    ['meta of xterm', '\x1b[1;9A', 'alt-up'],
    [
      'with a number',
      '\x1b[3;5~\x1b[5;3~\x1b[15;2~\x1b[1;5P\x1b[1;2R',
      'ctrl-delete alt-pageup shift-f5 ctrl-f1 shift-f3',
    ],
    ['without the first number', '\x1b[5A\x1bO5B', 'ctrl-up ctrl-down'],
    [
      'modifiers of rxvt',
      '\x1b[a\x1bOb\x1b[5^\x1b[3$\x1b[7@',
      'shift-up ctrl-down ctrl-pageup shift-delete ctrl-shift-home',
    ],
    ['alt as an ESC before', '\x1b\x1b[A\x1b\x1bOP\x1b\x1b[1;5B\x1b\x1b[3~', 'alt-up alt-f1 ctrl-alt-down alt-delete'],
    ['number pad', '\x1bOM\x1bOj\x1bOp\x1bOy', 'enter * 0 9'],
    [
      'kitty',
      '\x1b[97u\x1b[97;5u\x1b[97;6u\x1b[97;3u\x1b[97:65;4u\x1b[27u\x1b[13;5u\x1b[9;2u\x1b[127;3u\x1b[32;5u',
      'a ctrl-a ctrl-shift-a alt-a alt-A escape ctrl-enter shift-tab alt-backspace ctrl-␠',
    ],
    [
      'kitty: text, other keyboards, number pad',
      '\x1b[49;2;33u\x1b[1089::99;5u\x1b[57401u\x1b[57414;2u\x1b[57419u',
      '! ctrl-c 2 shift-enter up',
    ],
    ['kitty: held and let go', '\x1b[97;1:2u\x1b[97;1:3u\x1b[1;1:1A\x1b[1;1:3A\x1b[3;1:3~', 'a up'],
    ['kitty: keys that are not ours', '\x1b[57358u\x1b[57441;2u\x1b[99;9u\x1b[0u\x1b[99999999u', ''],
    [
      'modifyOtherKeys',
      '\x1b[27;5;105~\x1b[27;2;65~\x1b[27;6;65~\x1b[27;5;13~\x1b[27;2;33~',
      'ctrl-i A ctrl-shift-a ctrl-enter !',
    ],
    ['ctrl-/ under its two names', '\x1f\x1b[47;5u', 'ctrl-_ ctrl-_'],
  ])('%s', (_, sent, keys) => {
    expect(keysOf(sent)).toEqual(
      keys
        .split(' ')
        .filter(Boolean)
        .map((key) => key.replace('␠', ' ')),
    );
  });

  test.each([
    ['\x1b', ['escape']],
    ['\x1b\x1b', ['escape', 'escape']],
    ['\x1b[', ['alt-[']],
    ['\x1bO', ['alt-O']],
    ['\x1b]', ['alt-]']],
    ['\x1b\x1b[', ['escape', 'alt-[']],
    ['\x1b[1;', []],
    ['\x1b]11;rgb:', []],
    ['a\xc3', ['a', 'Ã']],
  ])('%j stays back until it is whole', (sent, keys) => {
    const decoder = createDecoder();
    const before = decoder.push(bytesOf(sent));
    const events = [...before, ...decoder.flush()];
    expect(events).toEqual(keys.map((key) => ({ kind: 'key', key })));
    expect(decoder.pending()).toBe(false);
  });

  test('only what may go on is pending', () => {
    const decoder = createDecoder();
    expect([decoder.pending(), decoder.push(bytesOf('\x1b')), decoder.pending()]).toEqual([false, [], true]);
    expect([decoder.push(bytesOf('[A')), decoder.pending()]).toEqual([[{ kind: 'key', key: 'up' }], false]);
    expect([decoder.push(Uint8Array.of(0xe6, 0x97)), decoder.pending()]).toEqual([[], true]);
    expect([decoder.push(Uint8Array.of(0xa5)), decoder.pending()]).toEqual([[{ kind: 'key', key: '日' }], false]);
  });

  test.each([
    ['ctrl-c ends whatever was begun', '\x1b[12\x03\x1b]52;c\x03\x1bPxyz\x03', 'ctrl-c ctrl-c ctrl-c'],
    ['a key cuts a sequence off', '\x1b[12\x1b[A\x1b]11;rgb\x1b[B', 'up down'],
    ['Escape and then something else', '\x1b\x1ba\x1b\x1b\r', 'escape alt-a escape alt-enter'],
    [
      'sequences that mean nothing',
      '\x1b[5n\x1b[48;24;80t\x1b[99~\x1b[?25h\x1b[>1c\x1b[E\x1bP>|xterm\x1b\\\x1b_Gi=1\x1b\\',
      '',
    ],
    ['too long for one', `\x1b[${'1'.repeat(70)}`, '1 1 1 1 1 1'],
    ['control characters of eight bits', '\u009b\u0085a', 'a'],
  ])('%s', (_, sent, keys) => {
    expect(keysOf(sent)).toEqual(keys.split(' ').filter(Boolean));
  });

  test('bytes that are no UTF-8 are left out', () => {
    expect(decodeAll([Uint8Array.of(0x80, 0xff, 0xc0, 0x61, 0xf0, 0x62, 0xed, 0xa0, 0x80, 0x63, 0xc3)])).toEqual(
      ['a', 'b', 'c'].map((key) => ({ kind: 'key', key })),
    );
  });
});

describe('what else terminals send', () => {
  const none = { shift: false, alt: false, ctrl: false };

  test('a paste is one event, whatever is in it', () => {
    expect(decode('a\x1b[200~one\r\ntwo\r\x1b[A\x03é\x1b[201~b')).toEqual([
      { kind: 'key', key: 'a' },
      { kind: 'paste', text: 'one\ntwo\n\x1b[A\x03é' },
      { kind: 'key', key: 'b' },
    ]);
  });

  test('a paste goes on over any pause', () => {
    const decoder = createDecoder();
    expect(decoder.push(bytesOf('\x1b[200~'))).toEqual([]);
    expect([decoder.pending(), decoder.flush()]).toEqual([false, []]);
    expect(decoder.push(bytesOf('one \x1b[20'))).toEqual([]);
    expect([decoder.pending(), decoder.flush()]).toEqual([false, []]);
    expect(decoder.push(bytesOf('1~'))).toEqual([{ kind: 'paste', text: 'one ' }]);
  });

  test.each([
    ['\x1b[<0;1;1M', { action: 'press', button: 'left', column: 0, row: 0, ...none }],
    ['\x1b[<0;300;200m', { action: 'release', button: 'left', column: 299, row: 199, ...none }],
    ['\x1b[<1;2;3M', { action: 'press', button: 'middle', column: 1, row: 2, ...none }],
    ['\x1b[<2;2;3M', { action: 'press', button: 'right', column: 1, row: 2, ...none }],
    ['\x1b[<32;2;3M', { action: 'drag', button: 'left', column: 1, row: 2, ...none }],
    ['\x1b[<35;2;3M', { action: 'move', button: 'none', column: 1, row: 2, ...none }],
    ['\x1b[<64;2;3M', { action: 'wheel-up', button: 'none', column: 1, row: 2, ...none }],
    ['\x1b[<65;2;3M', { action: 'wheel-down', button: 'none', column: 1, row: 2, ...none }],
    ['\x1b[<28;2;3M', { action: 'press', button: 'left', column: 1, row: 2, shift: true, alt: true, ctrl: true }],
    ['\x1b[M !!', { action: 'press', button: 'left', column: 0, row: 0, ...none }],
    ['\x1b[M#"#', { action: 'release', button: 'none', column: 1, row: 2, ...none }],
    ['\x1b[M`"#', { action: 'wheel-up', button: 'none', column: 1, row: 2, ...none }],
  ])('mouse: %j', (sent, mouse) => {
    expect(decode(sent)).toEqual([{ kind: 'mouse', ...mouse }]);
  });

  test('old mouse bytes beyond ASCII are no text', () => {
    expect(decodeAll([Uint8Array.of(0x1b, 0x5b, 0x4d, 32, 0xc3, 0xa8)])).toEqual([
      { kind: 'mouse', action: 'press', button: 'left', column: 162, row: 135, ...none },
    ]);
  });

  test('mouse buttons and places that mean nothing are left out', () => {
    expect(decode('\x1b[<66;1;1M\x1b[<128;1;1M\x1b[<0;0;5M\x1b[<0;1M\x1b[<0;1;1x\x1b[M\x01!!')).toEqual([]);
  });

  test('Escape before a mouse event is the key', () => {
    expect(decode('\x1b\x1b[<0;1;1M').map(({ kind }) => kind)).toEqual(['key', 'mouse']);
  });

  test('focus', () => {
    expect(decode('\x1b[I\x1b[O')).toEqual([
      { kind: 'focus', on: true },
      { kind: 'focus', on: false },
    ]);
  });

  test.each([
    ['\x1b[?62;22c', { to: 'attributes' }],
    ['\x1b]11;rgb:1e1e/ffff/0000\x07', { to: 'background', red: 30, green: 255, blue: 0 }],
    ['\x1b]10;rgb:f/0/8\x1b\\', { to: 'foreground', red: 255, green: 0, blue: 136 }],
    ['\x1b]11;rgba:ff/80/00/ff\x1b\\', { to: 'background', red: 255, green: 128, blue: 0 }],
    ['\x1b[12;40R', { to: 'cursor', column: 39, row: 11 }],
    ['\x1b[?2026;2$y', { to: 'mode', mode: 2026, state: 'off' }],
    ['\x1b[?2026;1$y', { to: 'mode', mode: 2026, state: 'on' }],
    ['\x1b[?2026;0$y', { to: 'mode', mode: 2026, state: 'unknown' }],
    ['\x1b[?5u', { to: 'keyboard', flags: 5 }],
  ])('answer: %j', (sent, reply) => {
    expect(decode(sent)).toEqual([{ kind: 'reply', reply }]);
  });
});

describe('names of keys', () => {
  test.each([
    ['Ctrl+C', 'ctrl-c'],
    ['<C-c>', 'ctrl-c'],
    ['C-c', 'ctrl-c'],
    ['^C', 'ctrl-c'],
    ['control-c', 'ctrl-c'],
    ['Ctrl-Shift-C', 'ctrl-shift-c'],
    ['Shift+Ctrl+Up', 'ctrl-shift-up'],
    ['F5', 'f5'],
    ['Shift+F5', 'shift-f5'],
    ['Alt-1', 'alt-1'],
    ['M-1', 'alt-1'],
    ['Option+x', 'alt-x'],
    ['Alt+A', 'alt-A'],
    ['Alt+Shift+a', 'alt-A'],
    ['Shift+a', 'A'],
    ['A', 'A'],
    ['a', 'a'],
    ['c', 'c'],
    ['?', '?'],
    ['-', '-'],
    ['+', '+'],
    ['Ctrl++', 'ctrl-+'],
    ['ctrl--', 'ctrl--'],
    ['<', '<'],
    ['<lt>', '<'],
    ['^', '^'],
    [' ', ' '],
    ['Space', ' '],
    ['Ctrl+Space', 'ctrl- '],
    ['ctrl-@', 'ctrl- '],
    ['ctrl-/', 'ctrl-_'],
    ['ctrl-]', 'ctrl-]'],
    ['Esc', 'escape'],
    ['<CR>', 'enter'],
    ['Return', 'enter'],
    ['S-Tab', 'shift-tab'],
    ['BackTab', 'shift-tab'],
    ['Page Up', 'pageup'],
    ['page-down', 'pagedown'],
    ['PgDn', 'pagedown'],
    ['Del', 'delete'],
    ['ArrowUp', 'up'],
    ['日', '日'],
  ])('%j is %s', (written, key) => {
    expect(parseKey(written)).toBe(key);
  });

  test.each(['', 'ab', 'ctrl', 'ctrl-', 'Cmd+C', 'F13', 'f0', 'shift-1', '\x03', '\n', 'constructor', '<>', '<C->'])(
    '%j is no key',
    (written) => {
      expect(parseKey(written)).toBeUndefined();
    },
  );

  test('a name stays what it is', () => {
    fc.assert(
      fc.property(written, (text) => {
        const key = parseKey(text);
        fc.pre(key !== undefined);
        expect(parseKey(key ?? '')).toBe(key);
      }),
    );
  });
});

describe('what is sent for a key', () => {
  test.each([
    ['a', 'a'],
    ['é', 'é'],
    ['alt-é', '\x1bé'],
    ['ctrl-c', '\x03'],
    ['ctrl- ', '\0'],
    ['ctrl-shift-c', '\x03'],
    ['ctrl-1', '1'],
    ['enter', '\r'],
    ['shift-enter', '\r'],
    ['alt-enter', '\x1b\r'],
    ['shift-tab', '\x1b[Z'],
    ['backspace', '\x7f'],
    ['ctrl-backspace', '\b'],
    ['up', '\x1b[A'],
    ['ctrl-up', '\x1b[1;5A'],
    ['f1', '\x1bOP'],
    ['shift-f1', '\x1b[1;2P'],
    ['f5', '\x1b[15~'],
    ['home', '\x1b[H'],
    ['ctrl-delete', '\x1b[3;5~'],
    ['constructor', ''],
    ['', ''],
  ])('%j', (key, sent) => {
    expect(encodeKey(key)).toBe(sent);
  });

  test('cursor keys as the program wants them', () => {
    expect(['up', 'home', 'ctrl-up', 'f1', 'pageup'].map((key) => encodeKey(key, 'application'))).toEqual([
      '\x1bOA',
      '\x1bOH',
      '\x1b[1;5A',
      '\x1bOP',
      '\x1b[5~',
    ]);
  });

  test('a paste cannot end itself', () => {
    expect(encodePaste('a\nb\x1b[201~c', true)).toBe('\x1b[200~a\rbc\x1b[201~');
    expect(encodePaste('a\nb', false)).toBe('a\rb');
  });

  test('comes back as that key', () => {
    const lost =
      /^(ctrl-|alt-|shift-)+(enter|backspace|tab|escape)$|^ctrl-(alt-)?(shift-|[^a-z \\\]^_]$|[hijm]$)|^alt-[[O\]P_]$/u;
    fc.assert(
      fc.property(written, (text) => {
        const key = parseKey(text);
        fc.pre(key !== undefined && !lost.test(key));
        expect(keysOf(encodeKey(key ?? ''))).toEqual([key]);
      }),
    );
  });
});

const written = fc
  .tuple(
    fc.subarray(['ctrl-', 'alt-', 'shift-']),
    fc.oneof(
      fc.constantFrom('enter', 'tab', 'escape', 'backspace', 'delete', 'insert', 'up', 'left', 'home', 'end', 'pageup'),
      fc.constantFrom('pagedown', 'f1', 'f4', 'f5', 'f12'),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme-ascii' }),
    ),
  )
  .map(([held, base]) => held.join('') + base);

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom(
        '\x1b',
        '\x1b[',
        '\x1bO',
        '\x1b]11;rgb:',
        '\x1bP',
        '\x07',
        '\x1b\\',
        '\x1b[M',
        '\x1b[<0;1',
        ';',
        '~',
        '$',
        'u',
      )
      .map(bytesOf),
    fc
      .constantFrom('\x1b[200~', '\x1b[201~', '\x1b[1;5A', '\x1b[27;5;105~', '\x1b[<0;1;1M', '\x1b\x1b[A', 'é日😀')
      .map(bytesOf),
    fc.string({ unit: 'binary', maxLength: 5 }).map(bytesOf),
  );
  const stream = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces));

  test('never throw, and give the same events however they are cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 200 })), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
        const singly = [...bytes].map((byte) => Uint8Array.of(byte));
        const whole = decodeAll([bytes]);
        expect(decodeAll(chunks)).toEqual(whole);
        expect(decodeAll(singly)).toEqual(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  test('every key has a name that a person can write', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        for (const event of decodeAll([bytes])) if (event.kind === 'key') expect(parseKey(event.key)).toBe(event.key);
      }),
      { numRuns: 2_000 },
    );
  });

  test('nothing but a paste is held back after a flush', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const decoder = createDecoder();
        decoder.push(bytes);
        decoder.flush();
        expect(decoder.pending()).toBe(false);
        const paste = decoder.push(bytesOf('\x1b[201~'));
        expect(paste.length).toBeLessThanOrEqual(1);
        expect(decoder.push(bytesOf('q'))).toEqual([{ kind: 'key', key: 'q' }]);
      }),
    );
  });

  test('a paste of megabytes in small chunks does not take long', () => {
    const decoder = createDecoder();
    decoder.push(bytesOf('\x1b[200~'));
    const chunk = Buffer.alloc(16_384, 'x');
    for (let at = 0; at < 256; at++) decoder.push(chunk);
    expect(decoder.push(bytesOf('\x1b[201~')).map((event) => (event.kind === 'paste' ? event.text.length : 0))).toEqual(
      [4_194_304],
    );
  });
});
