import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clipboardSequence, copyWithTool } from '../../../src/tui/terminal/clipboard.ts';
import { openUrl } from '../../../src/tui/terminal/open-url.ts';

let folder: string;
/** Where the pretended tools write; a pipe, so that reading it waits for them. */
let told: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-tools-'));
  told = path.join(folder, 'told');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A tool that writes down its name, its arguments and what it was given. */
function install(...names: readonly string[]): void {
  for (const name of names) script(name, `{ echo "${name} $*"; cat; } > '${told}'`);
}

function script(name: string, text: string): void {
  // Its own PATH: the environment it is given has none of the system's folders.
  writeFileSync(path.join(folder, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${text}\n`, { mode: 0o755 });
}

const copy = (text: string, env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  copyWithTool(text, { PATH: folder, ...env }, platform);
const open = (url: string, env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  openUrl(url, { PATH: folder, ...env }, platform);

describe('the clipboard of the terminal', () => {
  const sequence = '\x1b]52;c;w6kh\x07';

  test.each([
    ['plain', { TERM: 'xterm-256color' }, sequence],
    [
      'in tmux, both ways it may be set up for',
      { TMUX: '/tmp/x,1,0', TERM: 'screen-256color' },
      `${sequence}\x1bPtmux;\x1b${sequence}\x1b\\`,
    ],
    ['in tmux at the other end of SSH', { TERM: 'tmux-256color' }, `${sequence}\x1bPtmux;\x1b${sequence}\x1b\\`],
    ['in screen', { STY: '1.pts', TERM: 'screen' }, `\x1bP${sequence}\x1b\\`],
  ])('%s', (_, env, bytes) => {
    expect(clipboardSequence('é!', env)).toBe(bytes);
  });

  test('screen gets a long text in parts', () => {
    const text = 'x'.repeat(900);
    const bytes = clipboardSequence(text, { STY: '1.pts' });
    const parts = bytes.split('\x1b\\').slice(0, -1);
    expect(parts.map((part) => part.startsWith('\x1bP') && part.length <= 202)).toEqual(parts.map(() => true));
    expect(parts.map((part) => part.slice(2)).join('')).toBe(clipboardSequence(text, {}));
  });
});

describe('the clipboard of the platform', () => {
  test.each([
    ['pbcopy', 'darwin', {}, 'pbcopy '],
    ['wl-copy', 'linux', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, 'wl-copy '],
    ['xclip', 'linux', { DISPLAY: ':0' }, 'xclip -selection clipboard'],
  ] as const)('%s', async (_, platform, env, call) => {
    install('pbcopy', 'wl-copy', 'xclip', 'xsel', 'clip.exe');
    expect(await copy('é\n!', env, platform)).toBe(true);
    expect(readFileSync(told, 'utf8')).toBe(`${call}\né\n!`);
  });

  test('the next one where the first is not installed', async () => {
    install('xsel');
    expect(await copy('text', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' })).toBe(true);
    expect(readFileSync(told, 'utf8')).toBe('xsel --clipboard --input\ntext');
  });

  test('clip.exe is told that it is Unicode', async () => {
    install('clip.exe');
    expect(await copy('é', { WSL_DISTRO_NAME: 'Debian' })).toBe(true);
    expect(readFileSync(told).subarray('clip.exe \n'.length)).toEqual(Buffer.from([0xff, 0xfe, 0xe9, 0x00]));
  });

  test('none without a display, none installed, a folder of its name, or one that fails', async () => {
    install('wl-copy', 'xclip', 'clip.exe');
    expect(await copy('text', {})).toBe(false);
    expect(await copy('text', { PATH: '', DISPLAY: ':0' })).toBe(false);
    script('xclip', 'exit 1');
    expect(await copy('text', { DISPLAY: ':0' })).toBe(false);
    writeFileSync(path.join(folder, 'xclip'), '#!/nowhere\n', { mode: 0o755 });
    expect(await copy('text', { DISPLAY: ':0' })).toBe(false);
  });

  test('a tool that reads nothing does no harm', async () => {
    script('xclip', 'exit 0');
    expect(await copy('x'.repeat(1_000_000), { DISPLAY: ':0' })).toBe(true);
  });
});

describe('a web address', () => {
  const url = 'http://localhost:3000/a?b=1&c=%20';

  test.each([
    ['open', 'darwin', {}],
    ['xdg-open', 'linux', { DISPLAY: ':0' }],
    ['xdg-open', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }],
    ['wslview', 'linux', { WSL_INTEROP: '/run/x', DISPLAY: ':0' }],
  ] as const)('%s on %s with %o', async (name, platform, env) => {
    install('open', 'xdg-open', 'wslview');
    execFileSync('mkfifo', [told]);
    expect(await open(url, env, platform)).toBe(true);
    expect(readFileSync(told, 'utf8')).toBe(`${name} ${url}\n`);
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', '--help', '', 'localhost:3000', '/tmp/x'])(
    '%j is not opened',
    async (other) => {
      install('xdg-open');
      expect(await open(other, { DISPLAY: ':0' })).toBe(false);
    },
  );

  test('not where nothing could show it', async () => {
    install('xdg-open');
    expect(await open(url, {})).toBe(false);
    expect(await open(url, { PATH: '/nowhere', DISPLAY: ':0' })).toBe(false);
  });
});
