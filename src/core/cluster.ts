/** Tools that make clusters on this machine. */
export const LOCAL_CLUSTERS = ['kind', 'k3d', 'minikube'] as const;
export type LocalCluster = (typeof LOCAL_CLUSTERS)[number];

/** Why a pod is not what it should be, as the cluster tells. */
export type PodCause =
  | { readonly kind: 'image'; readonly image: string; readonly reason: string; readonly message: string }
  | { readonly kind: 'configuration'; readonly message: string }
  | { readonly kind: 'crash'; readonly exitCode: number; readonly restarts: number }
  | { readonly kind: 'out-of-memory'; readonly limit?: string; readonly restarts: number }
  | { readonly kind: 'unschedulable'; readonly message: string }
  | { readonly kind: 'volume'; readonly claim: string; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'probe'; readonly message: string }
  | { readonly kind: 'slow'; readonly message: string };

export interface PodTrouble {
  /** Absent when there is none yet. */
  readonly pod?: string;
  readonly container?: string;
  readonly cause: PodCause;
  /** What it printed last. */
  readonly log: readonly string[];
}

/** A workload of a cluster that did not come up. */
export interface FailedRollout {
  /** Of the stack. */
  readonly resource: string;
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Job` */
  readonly kind: string;
  readonly ready: number;
  readonly wanted: number;
  readonly trouble: PodTrouble;
}
