import type { Exit, Failure } from './failure.ts';

/**
 * Where one resource is in its life. Only `reconcile` decides where it should be.
 *
 *             started           ready
 *  idle ─▶ starting ─▶ running ─▶ ready        exited(0) of a task ─▶ done
 *    ▲        │           │         │          exited otherwise    ─▶ backoff ─timeout─▶ starting   or   failed
 *    │        └── stop ───┴── stop ─┴─▶ stopping ─ exited ─▶ idle  (or backoff, failed: see `next`)
 *    └──────────────────────────────────┘   timeout ─▶ stopping(killed) ─ timeout ─▶ failed
 */
export type Lifecycle =
  | { readonly kind: 'idle' }
  | { readonly kind: 'done'; readonly at: number; readonly skipped: boolean }
  | { readonly kind: 'starting' | 'running' | 'ready'; readonly attempt: number; readonly since: number }
  | { readonly kind: 'stopping'; readonly killed: boolean; readonly since: number; readonly next: AfterStop }
  | {
      readonly kind: 'backoff';
      readonly attempt: number;
      readonly failure: Failure;
      readonly since: number;
      readonly delayMs: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: number };

/** What a stop leads to: rest, or the failure that made it necessary. */
export type AfterStop =
  | { readonly kind: 'rest' }
  | { readonly kind: 'fail'; readonly failure: Failure }
  | { readonly kind: 'retry'; readonly failure: Failure; readonly attempt: number };

/** What a driver, a probe or a timer says about one resource. */
export type Report =
  | { readonly kind: 'started' | 'ready' | 'timeout' }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'not-ready'; readonly failure: Failure }
  | { readonly kind: 'unhealthy'; readonly failure: Failure }
  | { readonly kind: 'exited'; readonly exit: Exit };

export interface Policy {
  readonly name: string;
  readonly role: 'service' | 'task';
  /** Something will say `ready`; otherwise started is ready. */
  readonly hasProbe: boolean;
  readonly restart: 'no' | 'on-failure' | 'always';
  /** Fast exits in a row before giving up; `always` never gives up. */
  readonly maxAttempts: number;
  readonly successExitCodes: readonly number[];
  readonly graceMs: number;
  /** Tasks only. */
  readonly timeoutMs?: number;
}

/** A run that was up this long starts counting its failures anew. */
export const RESET_AFTER_MS = 10_000;
/** After KILL a process may take this long to vanish before it is called stuck. */
export const KILL_PATIENCE_MS = 15_000;

/** The lifecycle after `report`; the same object when the report is stale. */
export function transition(at: Lifecycle, report: Report, policy: Policy, now: number): Lifecycle {
  switch (at.kind) {
    case 'starting':
    case 'running':
    case 'ready':
      return whileUp(at, report, policy, now);
    case 'stopping':
      return whileStopping(at, report, policy, now);
    case 'backoff':
      return report.kind === 'timeout' ? { kind: 'starting', attempt: at.attempt + 1, since: now } : at;
    case 'idle':
    case 'done':
    case 'failed':
      return at;
  }
}

type Up = Extract<Lifecycle, { kind: 'starting' | 'running' | 'ready' }>;
type Stopping = Extract<Lifecycle, { kind: 'stopping' }>;

function whileUp(at: Up, report: Report, policy: Policy, now: number): Lifecycle {
  const { attempt } = at;
  switch (report.kind) {
    case 'started':
      if (at.kind !== 'starting') return at;
      return { kind: policy.hasProbe || policy.role === 'task' ? 'running' : 'ready', attempt, since: now };
    case 'ready':
      return at.kind === 'running' ? { kind: 'ready', attempt, since: now } : at;
    case 'skipped':
      return at.kind === 'starting' ? { kind: 'done', at: now, skipped: true } : at;
    case 'not-ready':
      if (at.kind === 'ready') return at;
      return { kind: 'stopping', killed: false, since: now, next: { kind: 'fail', failure: report.failure } };
    case 'unhealthy':
      if (at.kind !== 'ready') return at;
      return { kind: 'stopping', killed: false, since: now, next: afterFailure(report.failure, at, policy, now) };
    case 'exited':
      return afterExit(report.exit, at, policy, now);
    case 'timeout':
      if (policy.role !== 'task' || at.kind === 'starting' || policy.timeoutMs === undefined) return at;
      return {
        kind: 'stopping',
        killed: false,
        since: now,
        next: afterFailure({ code: 'timed-out', resource: policy.name, afterMs: policy.timeoutMs }, at, policy, now),
      };
  }
}

function whileStopping(at: Stopping, report: Report, policy: Policy, now: number): Lifecycle {
  if (report.kind === 'exited') {
    switch (at.next.kind) {
      case 'rest':
        return { kind: 'idle' };
      case 'fail':
        return { kind: 'failed', failure: at.next.failure, at: now };
      case 'retry':
        return backoff(at.next.failure, at.next.attempt, now);
    }
  }
  if (report.kind !== 'timeout') return at;
  if (!at.killed) return { ...at, killed: true };
  return { kind: 'failed', failure: { code: 'not-stopped', resource: policy.name }, at: now };
}

function afterExit(exit: Exit, at: Up, policy: Policy, now: number): Lifecycle {
  const success = exit.kind === 'code' && policy.successExitCodes.includes(exit.code);
  if (policy.role === 'task' && success) return { kind: 'done', at: now, skipped: false };
  if (exit.kind === 'not-started') return { kind: 'failed', failure: exit.failure, at: now };
  if (success && policy.restart !== 'always') return { kind: 'done', at: now, skipped: false };
  const failure: Failure = {
    code: 'exited',
    resource: policy.name,
    exit,
    upMs: now - at.since,
    beforeReady: at.kind !== 'ready' && policy.hasProbe,
  };
  const after = afterFailure(failure, at, policy, now);
  return after.kind === 'retry' ? backoff(failure, after.attempt, now) : { kind: 'failed', failure, at: now };
}

/** Another attempt or the end, by restart policy; a run that stayed up long enough counts as the first. */
function afterFailure(failure: Failure, at: Up, policy: Policy, now: number): AfterStop {
  const attempt = at.kind !== 'starting' && now - at.since >= RESET_AFTER_MS ? 1 : at.attempt;
  const again = policy.restart === 'always' || (policy.restart === 'on-failure' && attempt < policy.maxAttempts);
  return again ? { kind: 'retry', failure, attempt } : { kind: 'fail', failure };
}

function backoff(failure: Failure, attempt: number, now: number): Lifecycle {
  return { kind: 'backoff', attempt, failure, since: now, delayMs: backoffMs(attempt) };
}

/** 0.5 s doubled per attempt, at most 30 s. */
export function backoffMs(attempt: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(attempt - 1, 10));
}

/** A run exists, or may exist: it must be gone before what it depends on may go. */
export function isActive(at: Lifecycle): boolean {
  return at.kind === 'starting' || at.kind === 'running' || at.kind === 'ready' || at.kind === 'stopping';
}

/** What entering `after` asks of the outside world. */
export type LifecycleEffect =
  | { readonly kind: 'start' | 'stop' | 'kill' | 'probe-ready' | 'probe-live' }
  | { readonly kind: 'timer'; readonly ms: number };

export function effectsOf(before: Lifecycle, after: Lifecycle, policy: Policy): readonly LifecycleEffect[] {
  if (before === after) return [];
  switch (after.kind) {
    case 'starting':
      return [{ kind: 'start' }];
    case 'running': {
      const probe: LifecycleEffect[] = policy.hasProbe ? [{ kind: 'probe-ready' }] : [];
      return policy.timeoutMs === undefined ? probe : [...probe, { kind: 'timer', ms: policy.timeoutMs }];
    }
    case 'ready':
      return [{ kind: 'probe-live' }];
    case 'stopping':
      return after.killed
        ? [{ kind: 'kill' }, { kind: 'timer', ms: KILL_PATIENCE_MS }]
        : [{ kind: 'stop' }, { kind: 'timer', ms: policy.graceMs }];
    case 'backoff':
      return [{ kind: 'timer', ms: after.delayMs }];
    case 'idle':
    case 'done':
    case 'failed':
      return [];
  }
}

/** What it ended with, or is about to end with. */
export function failureOf({ lifecycle }: { readonly lifecycle: Lifecycle }): Failure | undefined {
  if (lifecycle.kind === 'failed' || lifecycle.kind === 'backoff') return lifecycle.failure;
  return lifecycle.kind === 'stopping' && lifecycle.next.kind !== 'rest' ? lifecycle.next.failure : undefined;
}
