/** What a browser would see. */
export type Answer =
  | { readonly kind: 'served'; readonly status: number; readonly ms: number }
  | { readonly kind: 'failed'; readonly reason: string };

const PATIENCE_MS = 30_000;
const AGAIN_MS = 200;

/** A real request; whatever the server itself answers is an answer, but for errors of its own. */
export async function untilServed(url: string): Promise<Answer> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const begun = performance.now();
    const answer = await ask(url);
    if (answer.kind === 'served') return { ...answer, ms: Math.round(performance.now() - begun) };
    if (performance.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function ask(url: string): Promise<Answer> {
  try {
    const { status } = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    return status < 500 ? { kind: 'served', status, ms: 0 } : { kind: 'failed', reason: `answers ${status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'failed', reason: cause instanceof Error ? cause.message : String(cause) };
  }
}
