import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectScreen } from '../rig/golden.ts';
import { RESTORED } from '../rig/modes.ts';
import type { Screen, ScreenOptions } from '../rig/screen.ts';
import { devstackOnScreen, onScreen } from '../rig/screen.ts';
import { until } from '../rig/until.ts';

const program = fileURLToPath(new URL('../rig/screen-program.mjs', import.meta.url));
let cwd: string;

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-screen-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const start = (options: Partial<ScreenOptions> = {}): Screen =>
  onScreen([process.execPath, program, 'one'], { cwd, ...options });

test('shows what a program draws, on a terminal with colours and no CI', async () => {
  await using screen = start();
  const rows = await screen.until('last row');
  expect(rows).toHaveLength(30);
  expect([rows[0], rows[1], rows[2], rows[29]]).toEqual([
    '● size 100x30',
    'colours inverse 日本|',
    'argument one, CI unset, xterm-256color truecolor',
    'last row',
  ]);
  const plain = { fg: 'default', bg: 'default', bold: false, dim: false, underline: false, inverse: false };
  expect(screen.cell(0, 0)).toEqual({ ...plain, char: '●', fg: 2, bold: true });
  expect(screen.cell(1, 0)).toEqual({ ...plain, char: 'c', fg: '#ff8000', bg: 4 });
  expect(screen.cell(1, 8)).toEqual({ ...plain, char: 'i', inverse: true });
  expect(screen.cell(1, 16)).toEqual({ ...plain, char: '日', fg: 200, underline: true });
  expect([17, 18, 20, 21].map((column) => screen.cell(1, column).char)).toEqual(['', '本', '|', ' ']);
  expect(() => screen.cell(30, 0)).toThrow('no row 30');
});

test('sends keys, text, pastes and the mouse as a terminal does', async () => {
  await using screen = start({ columns: 160 });
  await screen.until('last row');
  screen.press('Ctrl+C');
  await screen.until(String.raw`input "\u0003"`);
  screen.press('up');
  await screen.until(String.raw`\u0003\u001b[A"`);
  screen.type('é');
  await screen.until('[Aé"');
  screen.paste('a\nb');
  await screen.until(String.raw`é\u001b[200~a\rb\u001b[201~"`);
  screen.mouse('press', 4, 2);
  await screen.until('[<0;5;3M"');
  screen.mouse('drag', 4, 2, { ctrl: true });
  await screen.until('[<48;5;3M"');
  screen.mouse('release', 4, 2, { button: 'right' });
  await screen.until('[<2;5;3m"');
  screen.mouse('wheel-down', 0, 0);
  await screen.until('[<65;1;1M"');
  expect(() => screen.press('nonsense')).toThrow('nonsense is no key');
});

test('cursor keys are sent as the program asked for them, and no mouse to one that did not', async () => {
  const script = `process.stdin.setRawMode(true).on('data', (data) => console.log(JSON.stringify(String(data))));
    console.log('\\x1b[?1h' + 'ready');`;
  await using screen = onScreen([process.execPath, '-e', script], { cwd });
  await screen.until('ready');
  screen.press('up');
  await screen.until(String.raw`"\u001bOA"`);
  expect(() => screen.mouse('press', 0, 0)).toThrow('did not ask for the mouse');
});

test('a new size reaches the program', async () => {
  await using screen = start({ columns: 60, rows: 10 });
  await screen.until('size 60x10');
  screen.resize(80, 12);
  await screen.until(/size 80x12[^]*last row/);
  expect(screen.text()).toHaveLength(12);
  expect(screen.text()[11]).toBe('last row');
});

test('what was written since a mark has its sequences', async () => {
  await using screen = start();
  await screen.until('last row');
  const mark = screen.bytes();
  screen.press('c');
  await screen.until('input "c"');
  expect(screen.writtenSince(mark)).toContain('\x1b]52;c;aGk=\x07');
});

test('tells how a program left its terminal', async () => {
  await using screen = start();
  await screen.until('last row');
  expect(screen.modes()).toEqual({
    alternateScreen: true,
    cursor: 'hidden',
    mouse: 'drags',
    mouseForm: 'sgr',
    bracketedPaste: true,
    focus: true,
    cursorKeys: 'normal',
    synchronized: false,
    keyboardLevels: 1,
  });
  screen.press('q');
  expect(await screen.exit).toEqual({ code: 3, signal: 0, modes: RESTORED });
  expect(screen.text().slice(0, 3)).toEqual(['before', 'bye', '']);
});

test('a program that leaves a mess behind is found out', async () => {
  await using screen = start();
  await screen.until('last row');
  screen.press('x');
  expect(await screen.exit).toMatchObject({
    code: 7,
    modes: { alternateScreen: true, cursor: 'hidden', mouse: 'drags' },
  });
});

test('a wait that fails shows the screen', async () => {
  await using screen = start();
  await screen.until('last row');
  await expect(screen.until('never', undefined, 1)).rejects.toThrow(/^0.001 s without never:\n│● size 100x30\n/);
  screen.press('q');
  await expect(screen.until(() => false, 'the impossible')).rejects.toThrow(
    /^ended with 3 and without the impossible:\n│before\n│bye\n/,
  );
});

test('nothing of it goes on after the test, not even what ignores the end of its terminal', async () => {
  const script = `trap '' HUP TERM; (trap '' HUP TERM; while :; do sleep 1; done) & echo child $!; exit`;
  const screen = onScreen(['sh', '-c', script], { cwd });
  await screen.exit;
  const child = Number(/child (\d+)/.exec(screen.text().join('\n'))?.[1]);
  await screen[Symbol.asyncDispose]();
  await until(() => !isAlive(child));
});

test('a signal ends it', async () => {
  await using screen = start();
  await screen.until('last row');
  screen.kill('SIGKILL');
  expect(await screen.exit).toMatchObject({ signal: 9 });
});

test('a golden screen has placeholders for what differs', async () => {
  await using screen = start({ columns: 72, rows: 8 });
  await screen.until('last row');
  await expectScreen(screen, 'rig');
  screen.press('a');
  await screen.until('input "a"');
  if (process.env['UPDATE_GOLDEN'] === '1') return;
  await expect(expectScreen(screen, 'rig', { limitMs: 1 })).rejects.toThrow(
    /rig was to be \n[^]*input ""[^]*and is\n[^]*input "a"/,
  );
  await expect(expectScreen(screen, 'none')).rejects.toThrow('UPDATE_GOLDEN=1 writes it');
});

test('the built CLI runs on it', async () => {
  await using screen = devstackOnScreen(['--version'], { cwd });
  expect(await screen.exit).toEqual({ code: 0, signal: 0, modes: RESTORED });
  expect(screen.text()[0]).toMatch(/^\d+\.\d+\.\d+$/);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
