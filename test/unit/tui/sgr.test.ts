import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colourDepthOf, type ColourDepth } from '../../../src/tui/text/colour.ts';
import { applySgr, PLAIN, serialise, type Style } from '../../../src/tui/text/sgr.ts';

const from = (parameters: string, style: Style = PLAIN): Style => applySgr(style, parameters);

test.each<[string, Partial<Style>]>([
  ['1', { bold: true }],
  ['1;2;3;4;7;9', { bold: true, dim: true, italic: true, underline: true, inverse: true, strike: true }],
  ['31', { fg: { kind: 'basic', index: 1 } }],
  ['97;100', { fg: { kind: 'basic', index: 15 }, bg: { kind: 'basic', index: 8 } }],
  ['38;5;208', { fg: { kind: 'palette', index: 208 } }],
  ['48;2;1;2;3;1', { bg: { kind: 'rgb', red: 1, green: 2, blue: 3 }, bold: true }],
  ['38:5:208', { fg: { kind: 'palette', index: 208 } }],
  ['38:2::1:2:3', { fg: { kind: 'rgb', red: 1, green: 2, blue: 3 } }],
  ['38:2:1:2:3', { fg: { kind: 'rgb', red: 1, green: 2, blue: 3 } }],
  ['48:2:0:1:2:3:9', { bg: { kind: 'rgb', red: 1, green: 2, blue: 3 } }],
  ['4:3', { underline: true }],
  ['4:0', {}],
  ['58;5;1;31', { fg: { kind: 'basic', index: 1 } }],
  ['58;2;1;2;3', {}],
  ['58:2::1:2:3', {}],
  ['5;8;53;999;x', {}],
  ['38;5;256', {}],
  ['38;5', {}],
  ['38;2;1;2', {}],
  ['38', {}],
  ['38;9;1', { bold: true, strike: true }],
  ['', {}],
  ['1;', {}],
  ['1;0;31', { fg: { kind: 'basic', index: 1 } }],
])('%j sets that', (parameters, change) => {
  expect(from(parameters)).toEqual({ ...PLAIN, ...change });
});

test('each attribute can be taken back alone', () => {
  const all = from('1;2;3;4;7;9;31;42');
  expect(from('22', all)).toEqual({ ...all, bold: false, dim: false });
  expect(from('23;24;27;29;39;49', all)).toEqual({ ...PLAIN, bold: true, dim: true });
  expect(from('', all)).toBe(PLAIN);
});

test.each<[string, Record<ColourDepth, string>]>([
  ['1;31', { truecolor: '0;1;31', 256: '0;1;31', 16: '0;1;31', none: '0;1' }],
  ['94;103', { truecolor: '0;94;103', 256: '0;94;103', 16: '0;94;103', none: '0' }],
  ['7;38;5;208', { truecolor: '0;7;38;5;208', 256: '0;7;38;5;208', 16: '0;7;93', none: '0;7' }],
  ['38;5;9', { truecolor: '0;38;5;9', 256: '0;38;5;9', 16: '0;91', none: '0' }],
  ['48;5;244', { truecolor: '0;48;5;244', 256: '0;48;5;244', 16: '0;100', none: '0' }],
  ['38;2;255;0;0', { truecolor: '0;38;2;255;0;0', 256: '0;38;5;196', 16: '0;91', none: '0' }],
  ['38;2;128;0;0', { truecolor: '0;38;2;128;0;0', 256: '0;38;5;88', 16: '0;31', none: '0' }],
  ['48;2;127;127;127', { truecolor: '0;48;2;127;127;127', 256: '0;48;5;244', 16: '0;100', none: '0' }],
  ['38;2;255;255;255', { truecolor: '0;38;2;255;255;255', 256: '0;38;5;231', 16: '0;97', none: '0' }],
  ['2;3;4;9', { truecolor: '0;2;3;4;9', 256: '0;2;3;4;9', 16: '0;2;3;4;9', none: '0;2;3;4;9' }],
])('%j is written with the colours there are', (parameters, expected) => {
  const written = (depth: ColourDepth) => serialise(from(parameters), depth).slice(2, -1);
  expect({ truecolor: written('truecolor'), 256: written('256'), 16: written('16'), none: written('none') }).toEqual(
    expected,
  );
});

test('a style survives being written and read, at full depth', () => {
  const codes = fc.array(fc.oneof(fc.nat(110), fc.constantFrom('38;5;77', '48;2;9;8;7', '38:2::1:2:3')));
  fc.assert(
    fc.property(codes, (numbers) => {
      const style = from(numbers.join(';'));
      expect(from(serialise(style, 'truecolor').slice(2, -1))).toEqual(style);
    }),
  );
});

test('every degraded colour is one the terminal has, and no parameter string throws', () => {
  const channel = fc.nat(255);
  fc.assert(
    fc.property(channel, channel, channel, fc.nat(255), (red, green, blue, index) => {
      const style = from(`38;2;${red};${green};${blue};48;5;${index}`);
      expect(serialise(style, '256')).toMatch(/^\u001b\[0;38;5;\d+;48;5;\d+m$/);
      expect(serialise(style, '16')).toMatch(/^\u001b\[0;(3|9)[0-7];(4|10)[0-7]m$/);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => typeof from(text) === 'object'));
});

test.each<[Record<string, string>, ColourDepth]>([
  [{ TERM: 'xterm-256color' }, '256'],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolor'],
  [{ TERM: 'xterm', COLORTERM: '24bit' }, 'truecolor'],
  [{ TERM: 'xterm-kitty' }, 'truecolor'],
  [{ TERM: 'xterm-ghostty' }, 'truecolor'],
  [{ TERM: 'xterm-direct' }, 'truecolor'],
  [{ TERM: 'linux' }, '16'],
  [{}, '16'],
  [{ TERM: 'dumb', COLORTERM: 'truecolor' }, 'none'],
  [{ TERM: 'dumb', FORCE_COLOR: '' }, '16'],
  [{ TERM: 'xterm', FORCE_COLOR: '2' }, '256'],
  [{ TERM: 'xterm', FORCE_COLOR: '3' }, 'truecolor'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '1' }, '256'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '0' }, 'none'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '3', NO_COLOR: '1' }, 'none'],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
])('with %j a terminal has %s colours', (env, depth) => {
  expect(colourDepthOf(env)).toBe(depth);
});
