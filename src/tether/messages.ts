import type { Failure } from '../core/failure.ts';
import type { Trouble } from '../core/trouble.ts';

/** Where a resource is found, and what it is given. Secrets are in it: it goes over a pipe of the two processes only. */
export interface Reached {
  /** Of its first port. */
  readonly url?: string;
  /** By name, the first one first. */
  readonly ports: { readonly [port: string]: { readonly url?: string; readonly host: string; readonly port: number } };
  /** What the config adds to its environment. */
  readonly env: { readonly [name: string]: string };
}

/** What a stack tells whoever holds its tether, one JSON object a line. */
export type FromStack =
  /** It runs, and answers at its socket. */
  | {
      readonly kind: 'serving';
      readonly instance: string;
      /** `--instance`; absent for the checkout's own. */
      readonly name?: string;
      /** Folder of the config. */
      readonly root: string;
      readonly socket: string;
      /** What its processes carry; absent for a stack that ran already. */
      readonly sessionId?: string;
    }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  | { readonly kind: 'ready'; readonly resources: { readonly [name: string]: Reached } }
  /** It did not come up, and ends. */
  | {
      readonly kind: 'failed';
      readonly failures: readonly Failure[];
      readonly text: string;
      readonly troubles: readonly Trouble[];
      readonly exitCode: number;
    }
  /** What failed since it was ready. */
  | { readonly kind: 'troubles'; readonly troubles: readonly Trouble[] }
  /** It goes on by itself. */
  | { readonly kind: 'kept' }
  /** Nothing of it is left that was to go. */
  | { readonly kind: 'gone' };

/** What it is asked. The end of the pipe ends it. */
export type ToStack = { readonly kind: 'troubles' | 'keep' };

/** The descriptor of the pipe in the process of the stack. */
export const TETHER_FD = 3;
