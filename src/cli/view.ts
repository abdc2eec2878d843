import { createNarrator, type WayBack } from '../output/plain.ts';
import { createLogStream } from '../output/log-stream.ts';
import { createByteSink, toLatin1 } from '../output/stream.ts';
import { maskedJson } from '../output/json.ts';
import { queryLogs } from '../logs/query.ts';
import type { Assembly } from './assemble/engine.ts';
import { clock } from './clock.ts';
import type { Context } from './context.ts';

export interface View {
  /** Everything that was to be shown has been shown, or there is nobody to show it to. */
  close(): Promise<void>;
}

export interface ViewOptions {
  readonly json: boolean;
  readonly names: readonly string[];
  readonly onReaderGone: () => void;
  /** What brings a failed resource back. */
  readonly wayBack: (name: string) => WayBack;
}

/** The plain stream of `up`: what happens and what the resources write, in the order it comes. */
export function createView(context: Context, assembly: Assembly, options: ViewOptions): View {
  return options.json ? jsonView(assembly, options) : plainView(context, assembly, options);
}

function plainView(context: Context, { engine, hub }: Assembly, { names, onReaderGone, wayBack }: ViewOptions): View {
  const sink = createByteSink(process.stdout, onReaderGone);
  const narrator = createNarrator({ names, style: context.style, now: Date.now, wayBack });
  const stream = createLogStream({
    source: hub,
    sink,
    prefixOf: (name) => toLatin1(narrator.prefixOf(name)),
    accepts: () => true,
    colours: context.style.enabled,
    clock,
  });
  const off = hub.onAppend(() => stream.pump());
  let pumped = -1;
  /** What was written before an event is shown before it; most events come without. */
  const pumpNew = (): void => {
    if (hub.appends() === pumped) return;
    pumped = hub.appends();
    stream.pump();
  };
  const abort = new AbortController();
  const told = (async () => {
    for await (const event of engine.watch(abort.signal)) {
      const lines = narrator.tell(event);
      if (lines.length === 0) continue;
      pumpNew();
      sink.push(toLatin1(hub.masker.text(`${lines.join('\n')}\n`)));
    }
  })();
  return {
    async close() {
      abort.abort();
      await told;
      off();
      await stream.drain();
    },
  };
}

/** One JSON object per line: engine events, and `{"kind":"line"}` for each line of a log. */
function jsonView({ engine, hub }: Assembly, { onReaderGone }: ViewOptions): View {
  const sink = createByteSink(process.stdout, onReaderGone);
  const abort = new AbortController();
  const ready = async (): Promise<void> => {
    while (!sink.isReady() && !sink.isClosed()) await new Promise<void>((resolve) => sink.onReady(resolve));
  };
  const push = async (value: unknown): Promise<void> => {
    await ready();
    sink.push(toLatin1(`${maskedJson(value, hub.masker)}\n`));
  };
  const from = Date.now();
  const events = (async () => {
    for await (const event of engine.watch(abort.signal)) await push(event);
  })();
  let wake: (more: boolean) => void = () => undefined;
  let over = false;
  const off = hub.onAppend(() => wake(true));
  const lines = (async () => {
    const wait = (): Promise<boolean> => new Promise((resolve) => (over ? resolve(false) : (wake = resolve)));
    for await (const batch of queryLogs(
      hub,
      { resources: [], follow: true, since: from },
      wait,
      new AbortController().signal,
    )) {
      for (const line of batch) await push({ kind: 'line', ...line });
    }
  })();
  return {
    async close() {
      await engine.ended.catch(() => undefined);
      await events;
      // What is still in the hub goes out before the end.
      await new Promise((resolve) => setImmediate(resolve));
      wake(true);
      over = true;
      await new Promise((resolve) => setImmediate(resolve));
      wake(false);
      await lines;
      off();
      await sink.flush();
    },
  };
}
