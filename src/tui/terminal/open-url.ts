import { spawn } from 'node:child_process';
import type { Env, Program } from './program.ts';
import { firstInstalled, isWsl } from './program.ts';

/** Opens a web address in the user's browser; false where it is none, or nothing here could show it. */
export async function openUrl(url: string, env: Env, platform: NodeJS.Platform): Promise<boolean> {
  const address = webAddress(url);
  const opener = firstInstalled(openers(env, platform), env);
  if (address === undefined || !opener) return false;
  return new Promise((resolve) => {
    const child = spawn(opener.file, [...opener.args, address], { env, detached: true, stdio: 'ignore' });
    child.on('error', () => resolve(false));
    // Some of them go on as long as the browser does.
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Written anew by the parser, so that nothing in it looks like an option or a file. */
function webAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}

/** Without a display xdg-open would start a browser for terminals. */
function openers(env: Env, platform: NodeJS.Platform): readonly Program[] {
  if (platform === 'darwin') return [{ file: 'open', args: [] }];
  return [
    ...(isWsl(env) ? [{ file: 'wslview', args: [] }] : []),
    ...(env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? [{ file: 'xdg-open', args: [] }] : []),
  ];
}
