import type { Driver } from '../../core/driver.ts';
import type { ProcessResource } from '../../core/stack.ts';

/** For what runs somewhere else: nothing is started, and a stop only means that nobody asks for it any more. */
export function createElsewhereDriver(): Driver<ProcessResource> {
  return {
    start(_spec, sink) {
      queueMicrotask(() => sink.started({}));
      const end = (): void =>
        queueMicrotask(() => sink.exited({ kind: 'signal', signal: 'SIGTERM', outOfMemory: false }));
      return { stop: end, kill: end };
    },
  };
}
