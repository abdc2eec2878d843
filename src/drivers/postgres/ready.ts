import { sqlStateOf, withClient } from './client.ts';
import type { Login } from './client.ts';

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly lastProbe: string; readonly afterMs: number }
  /** The server answers and does not let this user in, which no waiting mends. */
  | { readonly kind: 'refused'; readonly lastProbe: string; readonly afterMs: number }
  | { readonly kind: 'cancelled' };

export interface Patience {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 100;
/** A wrong password, or no such user. */
const REFUSED = new Set(['28P01', '28000']);
const REFUSALS = 5;

/**
 * Waits until a query of this user works. Nothing less tells: the engine accepts connections for a container that
 * does not listen yet, and during its first start the image runs a temporary server, which listens on no port.
 */
export async function waitForServer(login: Login, { limitMs, signal }: Patience): Promise<Readiness> {
  const start = performance.now();
  let lastProbe = 'no answer yet';
  let refusals = 0;
  for (;;) {
    if (signal.aborted) return { kind: 'cancelled' };
    try {
      await withClient(login, 'postgres', (client) => client.query('select 1'));
      return signal.aborted ? { kind: 'cancelled' } : { kind: 'ready' };
    } catch (error) {
      lastProbe = `select 1 on 127.0.0.1:${login.port} as ${login.user}: ${wordsOf(error)}`;
      refusals = REFUSED.has(sqlStateOf(error) ?? '') ? refusals + 1 : 0;
    }
    const afterMs = Math.round(performance.now() - start);
    if (refusals >= REFUSALS) return { kind: 'refused', lastProbe, afterMs };
    if (afterMs >= limitMs) return { kind: 'not-ready', lastProbe, afterMs };
    await delay(POLL_MS, signal);
  }
}

function wordsOf(error: unknown): string {
  if (sqlStateOf(error) === 'ECONNREFUSED') return 'connection refused';
  // Node wraps the refusals of several addresses into one error without a text.
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
