import { createLogStream } from '../output/log-stream.ts';
import { createNarrator } from '../output/plain.ts';
import { createByteSink, toLatin1 } from '../output/stream.ts';
import { clock } from './clock.ts';
import type { Context } from './context.ts';
import type { RunningStack } from './running-stack.ts';
import type { View, ViewOptions } from './view.ts';

/** The plain stream of `up`: what happens and what the resources write from now on, in the order it comes. */
export function createPlainView(
  context: Context,
  { engine, logs, mask }: RunningStack,
  { names, onReaderGone, wayBack }: Pick<ViewOptions, 'names' | 'onReaderGone' | 'wayBack'>,
): View {
  const sink = createByteSink(process.stdout, onReaderGone);
  const narrator = createNarrator({ names, style: context.style, now: Date.now, wayBack });
  const stream = createLogStream({
    source: logs,
    sink,
    prefixOf: (name) => toLatin1(narrator.prefixOf(name)),
    accepts: () => true,
    colours: context.style.enabled,
    clock,
  });
  const off = logs.onAppend(() => stream.pump());
  let pumped = -1;
  /** What was written before an event is shown before it; most events come without. */
  const pumpNew = (): void => {
    if (logs.appends() === pumped) return;
    pumped = logs.appends();
    stream.pump();
  };
  const abort = new AbortController();
  const told = (async () => {
    for await (const event of engine.watch(abort.signal)) {
      const lines = narrator.tell(event);
      if (lines.length === 0) continue;
      pumpNew();
      sink.push(toLatin1(mask(`${lines.join('\n')}\n`)));
    }
  })();
  return {
    async leave() {
      abort.abort();
      off();
      // What it is behind by may be more than it ever catches up with.
      sink.drop();
      await told;
    },
    async close() {
      abort.abort();
      await told;
      off();
      await stream.drain();
    },
  };
}
