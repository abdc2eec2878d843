import type { Failure } from '../core/failure.ts';
import { describe } from './describe.ts';

/** The last line of what a command prints with `--json`: how it ended, and of what. */
export function resultLine(command: string, exitCode: number, failures: readonly Failure[]): string {
  const known = new Map(failures.map((failure) => [JSON.stringify(failure), failure]));
  return JSON.stringify({
    kind: 'result',
    command,
    ok: exitCode === 0,
    exitCode,
    failures: [...known.values()].map((failure) => {
      const { title, detail, hint } = describe(failure);
      return { ...failure, text: [title, detail, hint].filter((part) => part !== undefined).join('\n') };
    }),
  });
}
