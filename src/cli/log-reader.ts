import { EXIT } from './context.ts';

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
