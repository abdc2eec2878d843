import type { KubeObject } from './object.ts';
import { mapsAt, textOf } from './json.ts';

/** How the pods of a workload fare. Messages are those of real clusters unless said. */
export type Outcome =
  /** Ready, or complete if it is a Job's. */
  | { readonly kind: 'ready'; readonly log?: readonly string[] }
  /** Runs and is not ready, nor complete, until `release`. */
  | { readonly kind: 'held'; readonly log?: readonly string[] }
  /** ErrImagePull, then ImagePullBackOff. */
  | { readonly kind: 'image-missing'; readonly message?: string }
  /** ErrImageNeverPull. */
  | { readonly kind: 'image-not-loaded' }
  /** CreateContainerConfigError, as `secret "api" not found`. */
  | { readonly kind: 'config-error'; readonly message: string }
  /** CrashLoopBackOff after so many restarts (3); the pod of a Job fails. */
  | {
      readonly kind: 'crashes';
      readonly exitCode?: number;
      readonly restarts?: number;
      readonly log?: readonly string[];
      /** Of the runs before the last one, if they said something else. */
      readonly previousLog?: readonly string[];
    }
  | { readonly kind: 'out-of-memory'; readonly restarts?: number; readonly log?: readonly string[] }
  | { readonly kind: 'unschedulable'; readonly message?: string }
  /** Never ready; a liveness probe ends in CrashLoopBackOff. */
  | {
      readonly kind: 'probe-fails';
      readonly probe: 'Readiness' | 'Liveness' | 'Startup';
      readonly message?: string;
      readonly log?: readonly string[];
    }
  /** Its volumes are not made. */
  | { readonly kind: 'claim-pending'; readonly message?: string };

/** By the name of a pod, of an app (`app.kubernetes.io/name`), of a Job or of a container. */
export type Script = Map<string, Outcome>;

const READY: Outcome = { kind: 'ready' };

export interface Fate {
  readonly outcome: Outcome;
  /** The one that fares so. */
  readonly container: string;
}

export function fateOf(pod: KubeObject, script: Script): Fate {
  const containers = mapsAt(pod, 'spec', 'containers').map(({ name }) => textOf(name));
  const [first = ''] = containers;
  const labels = pod.metadata.labels ?? {};
  const names = [
    pod.metadata.name,
    labels['batch.kubernetes.io/job-name'],
    labels['app.kubernetes.io/name'],
    labels['app'],
  ];
  for (const name of names) {
    const outcome = name === undefined ? undefined : script.get(name);
    if (outcome) return { outcome, container: first };
  }
  const named = containers.find((name) => script.has(name));
  return { outcome: script.get(named ?? '') ?? READY, container: named ?? first };
}
