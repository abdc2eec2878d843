import type { WayBack } from '../output/plain.ts';
import { createByteSink, toLatin1 } from '../output/stream.ts';
import { queryLogs } from '../logs/query.ts';
import { createTuiView } from './tui.ts';
import { isPipeline, type Context } from './context.ts';
import { createPlainView } from './plain-view.ts';
import type { RunningStack } from './running-stack.ts';

export interface View {
  /** What could start has been started: now there is time to load something. */
  begin?(): Promise<void>;
  /** A person looks at it: it does not end because everything has. */
  readonly staysOpen?: boolean;
  /** Ends before the stack does, without a word. */
  leave?(): Promise<void>;
  /** Everything that was to be shown has been shown, or there is nobody to show it to. */
  close(): Promise<void>;
}

export interface ViewOptions {
  readonly how: 'json' | 'plain' | 'tui';
  readonly names: readonly string[];
  readonly onReaderGone: () => void;
  /** What brings a failed resource back. */
  readonly wayBack: (name: string) => WayBack;
  /** A person wants to leave, and the stack to go on; why that cannot be, where it cannot. */
  readonly onLeave: () => string | undefined;
  /** Notes on which terminal a screen is drawn, for whoever gives it back when this process was killed. */
  readonly noteTerminal?: () => () => void;
}

export function createView(context: Context, stack: RunningStack, options: ViewOptions): View {
  switch (options.how) {
    case 'json':
      return jsonView(stack, options);
    case 'plain':
      return createPlainView(context, stack, options);
    case 'tui':
      return createTuiView(context, stack, options);
  }
}

/** How something that runs is shown here. */
export function viewOf(
  { env }: Pick<Context, 'env'>,
  options: { readonly json?: boolean; readonly plain?: boolean; readonly wait?: boolean },
): ViewOptions['how'] {
  if (options.json) return 'json';
  return options.plain || options.wait || !isForPeople(env) ? 'plain' : 'tui';
}

/** A terminal with a person in front of it, as far as one can tell. */
function isForPeople(env: NodeJS.ProcessEnv): boolean {
  return process.stdout.isTTY && process.stdin.isTTY && !isPipeline(env) && env['TERM'] !== 'dumb';
}

/** One JSON object per line: engine events, and `{"kind":"line"}` for each line of a log. */
function jsonView({ engine, logs, mask }: RunningStack, { onReaderGone }: ViewOptions): View {
  const sink = createByteSink(process.stdout, onReaderGone);
  const abort = new AbortController();
  const left = new AbortController();
  const ready = async (): Promise<void> => {
    while (!sink.isReady() && !sink.isClosed()) await new Promise<void>((resolve) => sink.onReady(resolve));
  };
  const push = async (value: unknown): Promise<void> => {
    await ready();
    sink.push(toLatin1(`${mask(JSON.stringify(value))}\n`));
  };
  const from = Date.now();
  const events = (async () => {
    for await (const event of engine.watch(abort.signal)) await push(event);
  })();
  let wake: (more: boolean) => void = () => undefined;
  let over = false;
  const off = logs.onAppend(() => wake(true));
  const lines = (async () => {
    const wait = (): Promise<boolean> => new Promise((resolve) => (over ? resolve(false) : (wake = resolve)));
    for await (const batch of queryLogs(logs, { resources: [], follow: true, since: from }, wait, left.signal)) {
      for (const line of batch) await push({ kind: 'line', ...line });
    }
  })();
  const close = async (): Promise<void> => {
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
  };
  return {
    leave() {
      abort.abort();
      left.abort();
      sink.drop();
      return close();
    },
    close,
  };
}
