import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the guardian runs last: this Node with the clean-up script, told which session died. */
export function cleanupCommand(about: {
  readonly sessionId: string;
  readonly root: string;
  readonly instance: string;
}): readonly string[] {
  const self = fileURLToPath(import.meta.url);
  const script = path.join(path.dirname(self), `cleanup${path.extname(self)}`);
  return [process.execPath, ...process.execArgv, script, about.sessionId, about.root, about.instance];
}
