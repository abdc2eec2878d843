import type { Stack } from './stack.ts';

/** Why a restart happened; kept for `why`. */
export type Cause =
  | { readonly kind: 'asked' }
  | { readonly kind: 'file-changed'; readonly file: string; readonly count: number }
  | { readonly kind: 'env-file-changed'; readonly file: string }
  | { readonly kind: 'config-changed'; readonly changed: readonly string[] }
  | { readonly kind: 'restarted-with'; readonly other: string }
  /** It was given an address of the other one that is no longer right. */
  | { readonly kind: 'address-changed'; readonly other: string };

/** What a user (or the watcher on their behalf) asks for. Names are resource names. */
export type Command =
  /** Bring these up, with everything they need unless `deps` is false. */
  | { readonly kind: 'up'; readonly names: readonly string[]; readonly deps: boolean }
  /** Like `up`, but what failed or is done runs again. */
  | { readonly kind: 'start'; readonly names: readonly string[] }
  | { readonly kind: 'stop'; readonly names: readonly string[] }
  /** With `hold` the old run ends at once and the new one waits for `release`. What is not wanted stays down unless asked for. */
  | { readonly kind: 'restart'; readonly names: readonly string[]; readonly cause: Cause; readonly hold?: boolean }
  | { readonly kind: 'release'; readonly names: readonly string[] }
  /** Runs a task (again). */
  | { readonly kind: 'run'; readonly name: string }
  /**
   * Restarts a process with its inspector on a port of this machine, which the runs to come keep, or without one.
   * `auto` is a free port, or the one it has.
   */
  | { readonly kind: 'debug'; readonly name: string; readonly port: number | 'auto' | 'off' }
  /** Whether saving their files restarts these. What was saved meanwhile restarts nothing afterwards. */
  | { readonly kind: 'watch'; readonly names: readonly string[]; readonly on: boolean }
  /** What failed because a port of its own is taken starts with another one, until devstack ends; who knows it follows. */
  | { readonly kind: 'move-port'; readonly name: string }
  /** The config changed: what is new, gone or different follows. */
  | { readonly kind: 'apply'; readonly stack: Stack }
  /** Stop everything, in reverse order. */
  | { readonly kind: 'quit' }
  /** End everything at once. */
  | { readonly kind: 'kill' };
