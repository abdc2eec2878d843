import type Docker from 'dockerode';
import type { Exit } from '../../core/failure.ts';
import { failureOf, isMissing, reasonOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { exitOf, KILLED_CODE } from './exit.ts';
import type { LogFollower } from './follow.ts';

export interface EndRequest {
  readonly engine: ReachedEngine;
  readonly container: Docker.Container;
  readonly resource: string;
  /** Of this run, as the engine tells it. */
  readonly startedAt: string | undefined;
  readonly logs: LogFollower;
  /** Aborted once nobody wants the run any more. */
  readonly unwanted: AbortSignal;
  /** Aborted once the run ends and the container goes on: others use it. */
  readonly left: AbortSignal;
  readonly progress: (text: string) => void;
  /** The engine is back, and what it was asked to do meanwhile did not reach it. */
  readonly askAgain: () => void;
}

/** An engine that restarts may take this long before its containers are given up; less when they are to end anyway. */
const ENGINE_PATIENCE_MS = 30_000;
const UNWANTED_PATIENCE_MS = 5000;
/** What lies between stop and start of `docker restart`. */
const RESTART_PATIENCE_MS = 2000;
const LOOK_AGAIN_MS = 50;

/**
 * The container's own end; an engine that goes away for a while is none, and neither is a restart by hand. The end of
 * the log stream tells that it is time to look: the engine's call to wait would never return over a broken connection.
 */
export async function untilEnd(request: EndRequest): Promise<Exit> {
  const { logs, unwanted, left, progress } = request;
  let lostAt: number | undefined;
  let { startedAt } = request;
  for (;;) {
    if (lostAt === undefined && !left.aborted) await logs.follow();
    if (left.aborted) return { kind: 'code', code: 0 };
    try {
      const state = await settledState(request);
      const wasAway = lostAt === undefined ? undefined : secondsSince(lostAt);
      lostAt = undefined;
      if (!state.Running && !state.Restarting) {
        await logs.rest();
        const exit = exitOf(state.ExitCode, state.OOMKilled);
        if (state.isGone && exit.kind === 'signal') return { ...exit, because: 'removed' };
        if (wasAway === undefined || unwanted.aborted) return exit;
        return { kind: 'signal', signal: 'SIGTERM', outOfMemory: false, because: 'engine-stopped' };
      }
      if (wasAway !== undefined) {
        progress(`the Docker engine was away for ${wasAway} s; its container went on`);
        if (unwanted.aborted) request.askAgain();
      } else if (startedAt !== undefined && startedAt !== state.StartedAt) {
        progress('its container was restarted by somebody else');
      }
      startedAt = state.StartedAt;
    } catch (error) {
      if (isMissing(error)) return { kind: 'signal', signal: 'SIGKILL', outOfMemory: false, because: 'removed' };
      if (lostAt === undefined) progress(`the Docker engine is away (${reasonOf(error)}): waiting for it`);
      lostAt ??= performance.now();
      const patienceMs = unwanted.aborted ? UNWANTED_PATIENCE_MS : ENGINE_PATIENCE_MS;
      if (performance.now() - lostAt > patienceMs) {
        const failure = failureOf(error, { resource: request.resource, doing: 'waiting for its end' });
        return { kind: 'not-started', failure };
      }
    }
    await pause(LOOK_AGAIN_MS);
  }
}

type State = Docker.ContainerInspectInfo['State'];

/** The state; of a container that somebody else stopped, a moment later, when it may run again. */
async function settledState({ engine, container, unwanted }: EndRequest): Promise<State & { isGone?: true }> {
  let { State: state } = await container.inspect();
  if (state.Running || unwanted.aborted || !(await wasSignalled(engine, container, state))) return state;
  const until = performance.now() + RESTART_PATIENCE_MS;
  while (!state.Running && !unwanted.aborted && performance.now() < until) {
    await pause(LOOK_AGAIN_MS);
    const again = await container.inspect().catch(unlessMissing);
    if (!again) return { ...state, isGone: true };
    state = again.State;
  }
  return state;
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** A container that ends by itself leaves no such event. */
async function wasSignalled({ docker }: ReachedEngine, container: Docker.Container, state: State): Promise<boolean> {
  if (state.OOMKilled) return false;
  // KILL comes from outside, and what is being removed is gone in a moment.
  if (state.ExitCode === KILLED_CODE || state.Status === 'removing' || state.Dead) return true;
  const since = Math.floor(Date.parse(state.StartedAt) / 1000);
  // Both by the engine's clock; an end in the future would make it wait.
  const until = (Date.parse(state.FinishedAt) + 1) / 1000;
  return docker
    .getEvents({ since, until, filters: { container: [container.id], type: ['container'], event: ['kill'] } })
    .then(
      async (events) => {
        for await (const event of events) if (String(event).trim() !== '') return true;
        return false;
      },
      () => false,
    );
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
