import { readFileSync, writeFileSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import type { EngineEvent } from '../core/engine.ts';
import { summaryInWords } from '../output/summary.ts';
import { createByteSink } from '../output/stream.ts';
import type { Tui } from '../tui/app.ts';
import type { Context } from './context.ts';
import { endProcess } from './end-process.ts';
import { createPlainView } from './plain-view.ts';
import type { RunningStack } from './running-stack.ts';
import { sayNow } from './say-now.ts';
import type { View, ViewOptions } from './view.ts';

/**
 * The terminal interface of `up` and `attach`. What draws it is loaded with `begin`, when everything that could start has
 * been started; what happens until then is kept for it.
 */
export function createTuiView(context: Context, stack: RunningStack, options: ViewOptions): View {
  const { engine } = stack;
  const early: EngineEvent[] = [];
  const abort = new AbortController();
  let tui: Tui | undefined;
  /** In its place, once it is broken. */
  let plain: View | undefined;
  let forget: () => void = () => undefined;
  let isLeft = false;
  const told = (async () => {
    for await (const event of engine.watch(abort.signal)) {
      if (tui) tui.take(event);
      else early.push(event);
    }
  })();

  async function begin(): Promise<void> {
    const { openTui, openTerminal, readSaved } = await context.loadTui();
    if (isLeft) return;
    forget = options.noteTerminal?.() ?? forget;
    const output = process.stdout as WriteStream & { readonly fd: number };
    const sink = createByteSink(output, options.onReaderGone);
    tui = openTui({
      engine,
      source: stack.logs,
      journal: stack.journal,
      isQuitting: () => stack.isQuitting(),
      isAttached: stack.isAttached,
      leave: options.onLeave,
      lookups: stack,
      services: { write: stack.write, resize: stack.resize, endProcess },
      usage: () => stack.usage(),
      keys: stack.stack().keys,
      env: context.env,
      open: (handlers) => openTerminal({ input: process.stdin, output, sink, ...handlers }),
      saved: readSaved(readText(stack.savedFile)),
      save: (saved) => writeText(stack.savedFile, `${JSON.stringify(saved, undefined, 2)}\n`),
      onCrash(error) {
        const words = error instanceof Error ? error.stack : String(error);
        sayNow(
          context,
          `This is a bug in the terminal interface of devstack:\n${words}\nEverything goes on, shown as with --plain; Ctrl-C ${stack.isAttached ? 'leaves' : 'stops'} it.`,
        );
        plain = createPlainView(context, stack, options);
      },
      now: Date.now,
    });
    for (const event of early.splice(0)) tui.take(event);
  }

  async function giveBack(): Promise<void> {
    isLeft = true;
    abort.abort();
    await told;
    tui?.close();
    forget();
  }

  return {
    begin,
    staysOpen: true,
    async leave() {
      await giveBack();
      await plain?.leave?.();
    },
    async close() {
      if (isLeft) return;
      await giveBack();
      await plain?.close();
      const summary = tui && !stack.isAttached ? [summaryInWords(stack.snapshot(), Date.now(), context.style)] : [];
      // It never came to a screen.
      const notices = early.flatMap((event) => (event.kind === 'notice' ? [event.text] : []));
      const words = [...summary, ...notices];
      if (words.length > 0) sayNow(context, words.join('\n'));
    },
  };
}

/** Nothing depends on it: on a disk that is full, or in a folder that is gone, the next session begins anew. */
function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch {
    // not remembered
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the first session
  }
}
