import { fileURLToPath } from 'node:url';

/** What the guardian runs last: this Node with the clean-up script, told which session died. */
export function cleanupCommand(about: {
  readonly sessionId: string;
  readonly root: string;
  readonly instance: string;
}): readonly string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const script = fileURLToPath(new URL(`./cleanup.${extension}`, import.meta.url));
  return [process.execPath, ...process.execArgv, script, about.sessionId, about.root, about.instance];
}
