import { runCommand } from '../data/command.ts';
import type { Command } from '../data/command.ts';

/**
 * Postgres refuses to run as root. As root it runs either in a user namespace of its own, where root's files are
 * `nobody`'s, or as `nobody` itself, who needs folders of his own and cannot look into root's home.
 */
export type Launcher = 'direct' | 'namespace' | 'nobody';

/** Exists on every Linux; a user without an entry in the passwd file is refused by Postgres. */
export const NOBODY_ID = 65534;

export function launch(launcher: Launcher, { file, args }: Command): Command {
  switch (launcher) {
    case 'direct':
      return { file, args };
    case 'namespace':
      return {
        file: 'unshare',
        args: ['--user', `--map-user=${NOBODY_ID}`, `--map-group=${NOBODY_ID}`, '--', file, ...args],
      };
    case 'nobody':
      return {
        file: 'setpriv',
        args: [`--reuid=${NOBODY_ID}`, `--regid=${NOBODY_ID}`, '--clear-groups', '--', file, ...args],
      };
  }
}

/** The first that works here; undefined when none does. Containers often forbid user namespaces. */
export async function chooseLauncher(): Promise<Launcher | undefined> {
  if (process.getuid?.() !== 0) return 'direct';
  for (const launcher of ['namespace', 'nobody'] as const) {
    try {
      await runCommand(launch(launcher, { file: 'true', args: [] }));
      return launcher;
    } catch {
      // not this one; the next is tried
    }
  }
  return undefined;
}
