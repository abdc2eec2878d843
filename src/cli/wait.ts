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

/** Watches until all named are good, one is bad, the time is over or the engine ends. */
export async function waitFor(
  engine: Engine,
  names: readonly string[],
  judge: Judge,
  timeoutMs: number,
): Promise<Waited> {
  const abort = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    abort.abort();
  }, timeoutMs);
  const statuses = new Map<string, ResourceStatus>();
  try {
    for await (const event of engine.watch(abort.signal)) {
      if (event.kind === 'snapshot') for (const status of event.snapshot.statuses) statuses.set(status.name, status);
      else if (event.kind === 'status') statuses.set(event.status.name, event.status);
      else if (event.kind === 'removed') statuses.delete(event.name);
      const watched = names.flatMap((name) => statuses.get(name) ?? []);
      const verdicts = watched.map(judge);
      if (verdicts.includes('bad'))
        return { kind: 'failed', statuses: watched.filter((status) => judge(status) === 'bad') };
      if (verdicts.every((verdict) => verdict === 'good')) return { kind: 'ready' };
    }
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  if (!timedOut) return { kind: 'ended' };
  const now = Date.now();
  const waitingFor = names.flatMap((name) => {
    const explanation = explain({ statuses: [...statuses.values()] }, name);
    if (!explanation || judge(explanation.status) !== 'pending') return [];
    return [{ name, why: whyInOneLine(explanation, now) }];
  });
  return { kind: 'timeout', failure: { code: 'timeout', afterMs: timeoutMs, waitingFor } };
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
