import { spawn } from 'node:child_process';
import type { Env, Program } from './program.ts';
import { firstInstalled, isWsl } from './program.ts';

/** A tool that has no answer from its display would wait for ever. */
const TOOL_LIMIT_MS = 5_000;
/** GNU screen drops a string that is longer than 256 bytes in its older versions. */
const SCREEN_CHUNK = 200;

/**
 * The bytes that make the terminal take a text into its clipboard (OSC 52), over SSH too. Some terminals ignore them,
 * and most a text of more than some 70 kB; none says so, so the tool of the platform is tried as well.
 */
export function clipboardSequence(text: string, env: Env): string {
  const sequence = `\x1b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\x07`;
  switch (multiplexerOf(env)) {
    case 'tmux':
      // It takes the plain form with `set-clipboard on` only, and hands on the wrapped one with `allow-passthrough on`.
      return `${sequence}\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
    case 'screen':
      return (sequence.match(new RegExp(`[^]{1,${SCREEN_CHUNK}}`, 'g')) ?? [])
        .map((part) => `\x1bP${part}\x1b\\`)
        .join('');
    case 'none':
      return sequence;
  }
}

/** Hands a text to the platform's tool; false where there is none or it fails. */
export async function copyWithTool(text: string, env: Env, platform: NodeJS.Platform): Promise<boolean> {
  const tool = firstInstalled(clipboardTools(env, platform), env);
  if (!tool) return false;
  return new Promise((resolve) => {
    // On its own, since xclip and wl-copy stay to serve the text while devstack may end.
    const child = spawn(tool.file, tool.args, {
      env,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: TOOL_LIMIT_MS,
    });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
    // Without a process there may be no stdin either.
    child.on('spawn', () => {
      // It may end before it has read all.
      child.stdin.on('error', () => undefined);
      child.stdin.end(tool.file.endsWith('clip.exe') ? forWindows(text) : text);
    });
  });
}

/** Those that fit this display, in the order they are tried. */
function clipboardTools(env: Env, platform: NodeJS.Platform): readonly Program[] {
  if (platform === 'darwin') return [{ file: 'pbcopy', args: [] }];
  return [
    ...(env['WAYLAND_DISPLAY'] ? [{ file: 'wl-copy', args: [] }] : []),
    ...(env['DISPLAY']
      ? [
          { file: 'xclip', args: ['-selection', 'clipboard'] },
          { file: 'xsel', args: ['--clipboard', '--input'] },
        ]
      : []),
    ...(isWsl(env) ? [{ file: 'clip.exe', args: [] }] : []),
  ];
}

/** clip.exe takes anything without a byte order mark for the code page of the system. */
const forWindows = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

/** Over SSH out of one, only TERM tells. */
function multiplexerOf(env: Env): 'tmux' | 'screen' | 'none' {
  const term = env['TERM'] ?? '';
  if (env['TMUX'] || term.startsWith('tmux')) return 'tmux';
  return env['STY'] || term.startsWith('screen') ? 'screen' : 'none';
}
