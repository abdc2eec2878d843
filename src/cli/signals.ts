/** A key of the terminal may come twice: from the terminal, and from the shell that waits for us. */
const SAME_MS = 50;

/** First Ctrl-C (or TERM, HUP) stops in order, the second at once. `isEchoed`: each may come twice. */
export function onSignals(
  handlers: {
    readonly first: (signal: NodeJS.Signals) => void;
    readonly second: () => void;
    /** Whether that is none of the two: it was dealt with. */
    readonly takes?: (signal: NodeJS.Signals) => boolean;
  },
  isEchoed = false,
): () => void {
  let count = 0;
  let last = { signal: '', at: Number.NEGATIVE_INFINITY };
  const listener = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    const isEcho = isEchoed && last.signal === signal && at - last.at < SAME_MS;
    last = { signal, at };
    if (isEcho || handlers.takes?.(signal)) return;
    count += 1;
    if (count === 1) handlers.first(signal);
    else handlers.second();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
