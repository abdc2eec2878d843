import type { EngineEvent, Snapshot } from '../core/engine.ts';

/** Events held for one slow consumer; past that it gets a fresh snapshot instead. */
const BACKLOG = 2000;

/** Fans events out. Every consumer sees a snapshot first; a slow one loses intermediate states, never the newest. */
export interface Bus {
  publish(event: EngineEvent): void;
  /** The consumer's own stream, until the signal aborts or the bus closes. */
  watch(signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Ends every stream once what it holds is delivered. */
  close(): void;
}

export function createBus(snapshot: () => Snapshot): Bus {
  const consumers = new Set<(event: EngineEvent) => void>();
  const endings = new Set<() => void>();
  let closed = false;
  return {
    publish(event) {
      for (const consumer of consumers) consumer(event);
    },
    watch: (signal) => stream(signal),
    close() {
      closed = true;
      for (const end of endings) end();
    },
  };

  async function* stream(signal: AbortSignal): AsyncGenerator<EngineEvent, void, undefined> {
    let queue: EngineEvent[] = [{ kind: 'snapshot', snapshot: snapshot() }];
    let wake: (() => void) | undefined;
    const notify = (): void => wake?.();
    const consumer = (event: EngineEvent): void => {
      if (queue.length < BACKLOG || event.kind === 'ended') queue.push(event);
      else
        queue = [
          ...queue.filter(({ kind }) => kind === 'notice').slice(-50),
          { kind: 'snapshot', snapshot: snapshot() },
        ];
      notify();
    };
    consumers.add(consumer);
    endings.add(notify);
    signal.addEventListener('abort', notify);
    try {
      while (!signal.aborted) {
        // Taken out one by one: while it waits, the stream holds nothing of what was told.
        let events = queue;
        queue = [];
        for (const event of events) {
          yield event;
          if (signal.aborted) return;
        }
        events = [];
        if (queue.length > 0) continue;
        if (closed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      consumers.delete(consumer);
      endings.delete(notify);
      signal.removeEventListener('abort', notify);
    }
  }
}
