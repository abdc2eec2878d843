import type { Driver, Run } from '../../core/driver.ts';
import type { Resource } from '../../core/stack.ts';

/** A driver loaded when the first of its kind starts: what a stack does not have must not hold up what it has. */
export function createLazyDriver<R extends Resource>(load: () => Promise<Driver<R>>): Driver<R> {
  let loading: Promise<Driver<R>> | undefined;
  return {
    start(spec, sink) {
      let asked = false;
      let run: Run | undefined;
      const begin = (driver: Driver<R>): void => {
        if (asked) sink.exited({ kind: 'signal', signal: 'SIGTERM', outOfMemory: false });
        else run = driver.start(spec, sink);
      };
      const fail = (error: unknown): void => {
        const reason = error instanceof Error ? error.message : String(error);
        sink.exited({
          kind: 'not-started',
          failure: { code: 'spawn-failed', resource: spec.resource.name, reason },
        });
      };
      loading ??= load();
      loading.then(begin).catch(fail);
      return {
        stop() {
          asked = true;
          run?.stop();
        },
        kill() {
          asked = true;
          run?.kill();
        },
        write: (text) => run?.write?.(text),
      };
    },
  };
}
