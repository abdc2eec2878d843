import { printable } from '../output/controls.ts';
import { createLabels } from '../output/labels.ts';
import { EXIT, type Context } from './context.ts';

interface Line {
  readonly resource: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly text: string;
}

/** A line under the name of whose it is; `names` are all that may be. */
export function lineFormat(
  { style }: Context,
  names: readonly string[],
  options: { readonly timestamps: boolean; readonly json?: boolean },
): (line: Line) => string {
  if (options.json) return (line) => JSON.stringify(line);
  const { prefixOf } = createLabels(names, Math.max(0, ...names.map(({ length }) => length)), style);
  const time = (line: Line): string => (options.timestamps ? `${style.dim(new Date(line.time).toISOString())} ` : '');
  return (line) => `${prefixOf(line.resource)}${time(line)}${printable(line.text, style.enabled)}`;
}

export interface Stop {
  readonly signal: AbortSignal;
  exitCode(): number;
  close(): void;
}

/** Ctrl-C, or a reader (`head`, a pager) that has seen enough. */
export function whenToStop(): Stop {
  const abort = new AbortController();
  let code: number = EXIT.ok;
  const interrupted = (): void => {
    code = EXIT.interrupted;
    abort.abort();
  };
  process.on('SIGINT', interrupted);
  // Stays: writes that are under way fail after the first one did.
  // Instead of what ends other commands: whoever follows may have seen enough.
  process.stdout.removeAllListeners('error').on('error', () => abort.abort());
  return { signal: abort.signal, exitCode: () => code, close: () => void process.off('SIGINT', interrupted) };
}

/** Until what was written has been read, or nobody wants more. */
export function drained(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      process.stdout.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    process.stdout.on('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
