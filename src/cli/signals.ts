/** So long may the second one of a key take, which comes from the terminal and from the shell that waits for us. */
const ECHO_WITHIN_MS = 2_000;

/** First Ctrl-C (or TERM, HUP) stops in order, the second at once. `isEchoed`: each comes twice, as long as that is so. */
export function onSignals(
  handlers: {
    readonly first: (signal: NodeJS.Signals) => void;
    readonly second: () => void;
    /** Whether that is none of the two: it was dealt with. */
    readonly takes?: (signal: NodeJS.Signals) => boolean;
  },
  isEchoed: () => boolean = () => false,
): () => void {
  let count = 0;
  /** Which is yet to come once more, and until when. Each brings one echo, however often a key is pressed. */
  let owed: { readonly signal: NodeJS.Signals; readonly until: number } | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    const isEcho = owed?.signal === signal && performance.now() < owed.until;
    owed = undefined;
    if (isEcho) return;
    perform(signal);
    // Counted from now: what the handler did took as long as it took.
    if (isEchoed()) owed = { signal, until: performance.now() + ECHO_WITHIN_MS };
  };
  function perform(signal: NodeJS.Signals): void {
    if (handlers.takes?.(signal)) return;
    count += 1;
    if (count === 1) handlers.first(signal);
    else handlers.second();
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
