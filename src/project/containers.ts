import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { ProjectPaths } from './paths.ts';

/** Notes that containers of this checkout were made; it stays noted until they are known to be gone. */
export function noteContainers({ containers }: ProjectPaths): void {
  try {
    if (!existsSync(containers)) writeFileSync(containers, '', { mode: 0o600 });
  } catch {
    // A full disk is no reason to stop a server; `down` says less then.
  }
}

export function mayHaveContainers({ containers }: ProjectPaths): boolean {
  return existsSync(containers);
}

export function forgetContainers({ containers }: ProjectPaths): void {
  rmSync(containers, { force: true });
}
