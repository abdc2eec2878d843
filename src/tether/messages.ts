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
      /** Nothing of it is to stay. */
      readonly isThrowAway: boolean;
      /** Folder of the config. */
      readonly root: string;
      /** What a command beside it carries: with whoever holds the tether goes all that does. */
      readonly runId: string;
      /** Clears what it leaves should it be killed, and nothing of another; absent for a stack that ran already. */
      readonly cleanup?: readonly string[];
    }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  /** What changed, as text for whoever prints it, without secrets; only where it is asked for. */
  | { readonly kind: 'event'; readonly json: string }
  | { readonly kind: 'ready'; readonly resources: { readonly [name: string]: Reached } }
  /** It did not come up, and ends. */
  | (NotUp & { readonly kind: 'failed'; readonly exitCode: number })
  /** What failed since it was ready. */
  | { readonly kind: 'troubles'; readonly id: number; readonly troubles: readonly Trouble[] }
  /** It goes on by itself. */
  | { readonly kind: 'kept'; readonly id: number }
  | { readonly kind: 'logs'; readonly id: number; readonly lines: readonly string[] }
  | { readonly kind: 'restarted'; readonly id: number; readonly failed?: NotUp }
  /** What was asked could not be answered. */
  | { readonly kind: 'unanswered'; readonly id: number; readonly failed: NotUp }
  /** It has ended, and nothing of it is left that was to go. */
  | { readonly kind: 'gone' };

/** Why something did not come up. */
export interface NotUp {
  readonly failures: readonly Failure[];
  /** For people. */
  readonly text: string;
  readonly troubles: readonly Trouble[];
}

/** What it is asked; the answer has the same id. The end of the pipe ends it. */
export type ToStack =
  | { readonly kind: 'troubles' | 'keep'; readonly id: number }
  | { readonly kind: 'logs'; readonly id: number; readonly name: string }
  | { readonly kind: 'restart'; readonly id: number; readonly name: string; readonly timeoutMs: number };

/** The descriptor of the pipe in the process of the stack. */
export const TETHER_FD = 3;
