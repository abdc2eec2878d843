/** First Ctrl-C (or TERM, HUP) stops in order, the second at once. */
export function onSignals(handlers: {
  readonly first: (signal: NodeJS.Signals) => void;
  readonly second: () => void;
}): () => void {
  let count = 0;
  const listener = (signal: NodeJS.Signals): void => {
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
