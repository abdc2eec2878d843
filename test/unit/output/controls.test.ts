import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanControls, printable } from '../../../src/output/controls.ts';

const ESC = '\u001b';

test.each([
  ['moves the cursor', `a${ESC}[2Ab${ESC}[10;20Hc${ESC}7d${ESC}Me`, 'abcde'],
  ['clears', `${ESC}[2J${ESC}[Ka${ESC}[?1049hb${ESC}cc`, 'abc'],
  ['sets a title', `${ESC}]0;my title\u0007a${ESC}]2;other${ESC}\\b`, 'ab'],
  ['links', `${ESC}]8;;http://x${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
  ['sends a device string', `${ESC}P1;2|17/ab${ESC}\\a${ESC}_x${ESC}\\b`, 'ab'],
  ['switches characters', `a${ESC}(B${ESC}=b`, 'ab'],
  ['has an end of its own in it', `${ESC}[12\nnext ${ESC}]0;title\nlast`, '\nnext \nlast'],
  ['is broken off by another', `${ESC}[1${ESC}[2Ja${ESC}]0;x${ESC}[2Jb`, 'ab'],
  ['is no sequence', `a${ESC}\tb${ESC}éc`, 'a\tbéc'],
  ['is a command that looks like a colour', `a${ESC}[>4;1mb${ESC}[?4mc`, 'abc'],
])('what %s is left out', (_what, text, shown) => {
  expect([printable(text, true), printable(text, false)]).toEqual([shown, shown]);
});

test('colours stay where they are wanted', () => {
  const text = `${ESC}[1;31mred${ESC}[0m ${ESC}[38:2::1:2:3mteal${ESC}[m${ESC}[K`;
  expect(printable(text, true)).toBe(text.slice(0, -3));
  expect(printable(text, false)).toBe('red teal');
});

test('a line that was rewritten is its last state', () => {
  expect(
    ['10 %\r20 %\r100 %', '10 %\r20 %\r\r', `1 %\r${ESC}[K2 %`, '\r'].map((text) => printable(text, false)),
  ).toEqual(['100 %', '20 %', '2 %', '']);
});

test('however a text is cut, nothing but colours gets through, and all that is text does', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(`${ESC}[2J`, `${ESC}[31m`, `${ESC}]0;t\u0007`, `${ESC}P1${ESC}\\`, ESC, `${ESC}[`, `${ESC}]`, '\n'),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.nat(), (pieces, at) => {
      const bytes = Buffer.from(pieces.join(''));
      const cut = at % (bytes.length + 1);
      // Each result is valid until the next call.
      const clean = (part: Buffer) => {
        const { bytes: cleaned, open } = cleanControls(part, true);
        return { bytes: Buffer.from(cleaned), open };
      };
      const first = clean(bytes.subarray(0, cut));
      const second = clean(bytes.subarray(cut - first.open));
      const whole = clean(bytes);
      expect(Buffer.concat([first.bytes, second.bytes])).toEqual(whole.bytes);
      expect(second.open).toBe(whole.open);
      expect(whole.bytes.toString().replaceAll(/\u001b\[[0-9;:]*m/g, '')).not.toContain(ESC);
    }),
  );
});
