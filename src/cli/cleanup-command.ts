import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the guardian runs last: this Node with the clean-up script, told which session died. */
export function cleanupCommand(about: {
  readonly sessionId: string;
  readonly root: string;
  readonly name: string | undefined;
  readonly instance: string;
}): readonly string[] {
  const self = fileURLToPath(import.meta.url);
  const script = path.join(path.dirname(self), `cleanup${path.extname(self)}`);
  const { sessionId, root, instance, name } = about;
  return [
    process.execPath,
    ...process.execArgv,
    script,
    sessionId,
    root,
    instance,
    ...(name === undefined ? [] : [name]),
  ];
}
