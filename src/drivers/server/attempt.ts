/** One look at a server. */
export type Attempt =
  | { readonly kind: 'ready'; readonly text: string }
  | { readonly kind: 'not-yet'; readonly text: string }
  /** It answers and does not let this user in, which no waiting mends. */
  | { readonly kind: 'refused'; readonly text: string };

export type Readiness =
  | { readonly kind: 'ready'; readonly text: string }
  | { readonly kind: 'not-ready'; readonly lastProbe: string; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly lastProbe: string; readonly afterMs: number }
  | { readonly kind: 'cancelled' };

export interface Patience {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 100;
/** A server that is still starting may refuse, too. */
const REFUSALS = 5;

/** Looks again and again until it is ready, refuses for good, or the time is over. */
export async function waitUntilReady(
  look: () => Promise<Attempt>,
  { limitMs, signal }: Patience,
  onTry: (text: string) => void = () => {},
): Promise<Readiness> {
  const start = performance.now();
  let lastProbe = 'no answer yet';
  let refusals = 0;
  for (;;) {
    const begun = performance.now();
    const attempt = await look();
    if (signal.aborted) return { kind: 'cancelled' };
    if (attempt.text !== lastProbe) onTry(attempt.text);
    if (attempt.kind === 'ready') return attempt;
    lastProbe = attempt.text;
    refusals = attempt.kind === 'refused' ? refusals + 1 : 0;
    const afterMs = Math.round(performance.now() - start);
    if (refusals >= REFUSALS) return { kind: 'refused', lastProbe, afterMs };
    if (afterMs >= limitMs) return { kind: 'not-ready', lastProbe, afterMs };
    await delay(POLL_MS - (performance.now() - begun), signal);
  }
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(1, ms));
    signal.addEventListener('abort', finish, { once: true });
  });
}
