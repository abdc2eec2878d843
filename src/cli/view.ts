import type { WayBack } from '../output/plain.ts';
import { createByteSink, toLatin1 } from '../output/stream.ts';
import { maskedJson } from '../output/json.ts';
import { queryLogs } from '../logs/query.ts';
import type { Assembly } from './assemble/engine.ts';
import { createTuiView } from './tui.ts';
import { isPipeline, type Context } from './context.ts';
import { createPlainView } from './plain-view.ts';

export interface View {
  /** What could start has been started: now there is time to load something. */
  begin?(): Promise<void>;
  /** A person looks at it: it does not end because everything has. */
  readonly staysOpen?: boolean;
  /** Everything that was to be shown has been shown, or there is nobody to show it to. */
  close(): Promise<void>;
}

export interface ViewOptions {
  readonly how: 'json' | 'plain' | 'tui';
  readonly names: readonly string[];
  readonly onReaderGone: () => void;
  /** What brings a failed resource back. */
  readonly wayBack: (name: string) => WayBack;
}

export function createView(context: Context, assembly: Assembly, options: ViewOptions): View {
  switch (options.how) {
    case 'json':
      return jsonView(assembly, options);
    case 'plain':
      return createPlainView(context, assembly, options);
    case 'tui':
      return createTuiView(context, assembly, options);
  }
}

/** A terminal with a person in front of it, as far as one can tell. */
export function isForPeople(env: NodeJS.ProcessEnv): boolean {
  return process.stdout.isTTY && process.stdin.isTTY && !isPipeline(env) && env['TERM'] !== 'dumb';
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
