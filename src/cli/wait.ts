import type { Engine, ResourceStatus, Snapshot } from '../core/engine.ts';
import { explain } from '../core/explain.ts';
import type { Failure } from '../core/failure.ts';
import { whyInOneLine } from '../output/why.ts';

export type Waited =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly statuses: readonly ResourceStatus[] }
  | { readonly kind: 'timeout'; readonly failure: Failure }
  | { readonly kind: 'ended' };

/** What counts as the end of waiting for one resource. */
export type Judge = (status: ResourceStatus) => 'good' | 'bad' | 'pending';

export const untilUp: Judge = ({ lifecycle, blockedBy, wanted }) => {
  if (lifecycle.kind === 'ready' || lifecycle.kind === 'done') return 'good';
  if (lifecycle.kind === 'failed') return 'bad';
  if (!wanted) return 'bad';
  // Nothing will come of it while what it waits for has failed.
  return blockedBy.some(({ hopeless }) => hopeless) ? 'bad' : 'pending';
};

export const untilDown: Judge = ({ lifecycle }) =>
  lifecycle.kind === 'idle' || lifecycle.kind === 'failed' || lifecycle.kind === 'done' ? 'good' : 'pending';

/** Nothing says that a service without a health check works but that it is still there after this. */
const STAY_MS = 500;

/** How much of that is left; a health check and the driver of a container say more than time does. */
function leftToStay({ kind, lifecycle, lastProbe }: ResourceStatus, now: number): number {
  if (kind !== 'process' || lifecycle.kind !== 'ready' || lastProbe !== undefined) return 0;
  return Math.max(0, Math.min(STAY_MS, lifecycle.since + STAY_MS - now));
}

/** Watches until all named are good, one is bad, the time is over or the engine ends. */
export async function waitFor(
  engine: Engine,
  names: readonly string[],
  judge: Judge,
  timeoutMs: number,
): Promise<Waited> {
  const abort = new AbortController();
  const statuses = new Map<string, ResourceStatus>();
  let result: Waited | undefined;
  let staying: NodeJS.Timeout | undefined;

  function look(): void {
    clearTimeout(staying);
    const watched = names.flatMap((name) => statuses.get(name) ?? []);
    const bad = watched.filter((status) => judge(status) === 'bad');
    if (bad.length > 0) return end({ kind: 'failed', statuses: bad });
    if (!watched.every((status) => judge(status) === 'good')) return;
    const leftMs = Math.max(0, ...watched.map((status) => leftToStay(status, Date.now())));
    if (leftMs > 0) staying = setTimeout(look, leftMs);
    else end({ kind: 'ready' });
  }

  function end(how: Waited): void {
    result ??= how;
    abort.abort();
  }

  const timer = setTimeout(() => end({ kind: 'timeout', failure: late() }), timeoutMs);
  function late(): Failure {
    const now = Date.now();
    const waitingFor = names.flatMap((name) => {
      const explanation = explain({ statuses: [...statuses.values()] }, name);
      if (!explanation) return [];
      const { status } = explanation;
      if (judge(status) !== 'pending' && leftToStay(status, now) === 0) return [];
      return [{ name, why: whyInOneLine(explanation, now) }];
    });
    return { code: 'timeout', afterMs: timeoutMs, waitingFor };
  }

  try {
    for await (const event of engine.watch(abort.signal)) {
      if (event.kind === 'snapshot') for (const status of event.snapshot.statuses) statuses.set(status.name, status);
      else if (event.kind === 'status') statuses.set(event.status.name, event.status);
      else if (event.kind === 'removed') statuses.delete(event.name);
      look();
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(staying);
    abort.abort();
  }
  return result ?? { kind: 'ended' };
}

/** The state of everything right now. */
export async function snapshotOf(engine: Engine): Promise<Snapshot | undefined> {
  const abort = new AbortController();
  for await (const event of engine.watch(abort.signal)) {
    if (event.kind !== 'snapshot') continue;
    abort.abort();
    return event.snapshot;
  }
  return undefined;
}
