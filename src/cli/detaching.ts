import type { Assembly } from './assemble/engine.ts';
import type { Context } from './context.ts';
import { leaveTerminal, whenKilled } from './leaving.ts';
import { sayNow } from './say-now.ts';
import type { View } from './view.ts';

/** What becomes of a stack whose terminal goes away. */
export type HangupPolicy = 'stop' | 'keep';

/** The way of `up` from its terminal into the background, in the same process. */
export interface Detaching {
  readonly isDetached: () => boolean;
  /** A person has asked for it; why it cannot be, where it cannot. */
  readonly leave: () => string | undefined;
  /** The terminal is gone: true when that is no reason to end. */
  readonly hungUp: () => boolean;
  close(): void;
}

export interface DetachingParts {
  readonly assembly: Assembly;
  readonly policy: HangupPolicy;
  readonly view: () => View;
  /** The one who waits for this process was killed, and that is a reason to end. */
  readonly onDeserted: () => void;
}

/** What a person is told who has left a stack to itself. */
export const detachedInWords = (instance: string): string =>
  `${instance}: detached, and goes on; devstack attach shows it again, devstack down stops it.`;

export function createDetaching(context: Context, parts: DetachingParts): Detaching {
  const { assembly, policy, view, onDeserted } = parts;
  const { starter } = context;
  let isDetached = false;
  const offKilled = starter === undefined ? undefined : whenKilled(starter, () => hungUp() || onDeserted());

  async function go(words: string): Promise<void> {
    await view().leave?.();
    if (words !== '') sayNow(context, words);
    leaveTerminal(starter);
  }

  function hungUp(): boolean {
    if (isDetached) return true;
    if (policy === 'stop') return false;
    isDetached = true;
    void go('');
    return true;
  }

  return {
    isDetached: () => isDetached,
    hungUp,
    leave() {
      if (isDetached) return undefined;
      // Its process is what somebody waits for: only one that was started by the program `devstack` can go on alone.
      if (starter === undefined)
        return 'whoever started devstack waits for its process: up -d starts one in the background';
      isDetached = true;
      offKilled?.();
      void go(detachedInWords(assembly.instance));
      return undefined;
    },
    close: () => offKilled?.(),
  };
}
