import type { Template } from './ref.ts';

/** How it runs when promoted; nothing of it counts in dev. */
export interface Deploy {
  readonly replicas?: number;
  readonly autoscale?: { readonly min?: number; readonly max?: number };
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  /** Reachable from other machines. */
  readonly public?: boolean;
  /** Whoever is outside has an address for it. */
  readonly hasIngress?: boolean;
  /** Every option that is written, by its name: what a target does not carry over is said. */
  readonly given: readonly string[];
}

export interface Amounts {
  /** In thousandths of a core. */
  readonly cpu?: number;
  /** In bytes. */
  readonly memory?: number;
}

export interface Sidecar {
  readonly name: string;
  readonly image: string;
  /** Instead of the image's CMD. */
  readonly command?: string | readonly string[];
  /** After `command`, or instead of the image's CMD. */
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: Template };
  readonly limits?: Amounts;
  readonly requests?: Amounts;
}
