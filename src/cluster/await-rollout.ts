import type { FailedRollout } from '../core/cluster.ts';
import { createBell } from './bell.ts';
import type { Kubectl } from './kubectl.ts';
import { failedRollout, LOOKED_AT, statesOf } from './rollout.ts';
import type { RunnerState } from './rollout.ts';
import { OPERATED } from './runner.ts';
import type { Runner } from './runner.ts';

export interface Awaiting {
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Nodes may be added by themselves. */
  readonly canGrow: boolean;
  /** Each time one is another than before. */
  onChange(state: RunnerState): void;
}

/** Waits until all are up; gives those that failed, as soon as waiting is no use. Pods are watched, not polled. */
export async function awaitRollout(
  kubectl: Kubectl,
  runners: readonly Runner[],
  { namespace, signal, timeoutMs, canGrow, onChange }: Awaiting,
): Promise<readonly FailedRollout[]> {
  if (runners.length === 0) return [];
  const kinds = [...LOOKED_AT, ...operatedKinds(runners)];
  const until = performance.now() + timeoutMs;
  const told = new Map<string, string>();
  const removed = new Set<string>();
  const bell = createBell(signal);
  const watching = (): ReturnType<Kubectl['watchPods']> => kubectl.watchPods(namespace, bell.ring);
  let watch = watching();
  try {
    for (;;) {
      const states = statesOf(runners, await kubectl.list(kinds, namespace), canGrow);
      for (const state of states) {
        const text = JSON.stringify([state.state, state.ready, state.trouble?.cause]);
        if (told.get(state.runner.name) !== text) onChange(state);
        told.set(state.runner.name, text);
        for (const pod of state.stuck.filter((name) => !removed.has(name))) {
          removed.add(pod);
          await kubectl.remove('pod', pod, namespace);
        }
      }
      const failed = states.filter(({ state, trouble }) => state === 'failed' || trouble?.isFinal === true);
      if (failed.length > 0) return await explained(kubectl, failed, namespace, 'it failed');
      const late = states.filter(({ state }) => state !== 'up');
      if (late.length === 0) return [];
      if (performance.now() > until)
        return await explained(
          kubectl,
          late,
          namespace,
          'it was given no more time, and nothing says what it waits for',
        );
      if (await bell.heard()) continue;
      // The stream ends when a proxy thinks it was long enough.
      await watch.stop();
      watch = watching();
    }
  } finally {
    await watch.stop();
  }
}

/** Asked for only where there are some: not every cluster knows them. */
function operatedKinds(runners: readonly Runner[]): readonly string[] {
  const there = new Set<string>(runners.map(({ kind }) => kind));
  return Object.entries(OPERATED).flatMap(([kind, name]) => (there.has(kind) ? [name] : []));
}

async function explained(
  kubectl: Kubectl,
  states: readonly RunnerState[],
  namespace: string,
  why: string,
): Promise<readonly FailedRollout[]> {
  const failed: FailedRollout[] = [];
  for (const state of states) {
    const { trouble } = state;
    const { pod, container, log: which } = trouble ?? {};
    const log =
      pod === undefined || container === undefined || which === undefined
        ? []
        : await kubectl.log(pod, container, namespace, which === 'previous');
    failed.push(failedRollout(state, log, why));
  }
  return failed;
}
