import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WriteStream } from 'node:tty';
import { beforeFailure } from '../core/before-failure.ts';
import type { EngineEvent } from '../core/engine.ts';
import { findCrashPlace, type CrashPlace } from '../crash/place.ts';
import { createJournal } from '../logs/history/journal.ts';
import type { Tui } from '../tui/app.ts';
import { createFeed } from '../tui/feed.ts';
import { addedEnvironment } from './assemble/environment.ts';
import type { Assembly } from './assemble/engine.ts';
import type { Context } from './context.ts';
import { endProcess } from './end-process.ts';
import { noteTerminal } from './left-terminal.ts';
import { inWords } from '../output/duration.ts';
import { createByteSink } from '../output/stream.ts';
import { summaryInWords } from '../output/summary.ts';
import { createPieceReader } from '../logs/history/piece.ts';
import { printable } from '../output/controls.ts';
import { createPlainView } from './plain-view.ts';
import { sayNow } from './say-now.ts';
import type { ViewOptions, View } from './view.ts';
import { maskedValue } from './masked-value.ts';

const CARD_LINES = 40;

/**
 * The terminal interface of `up`. What draws it is loaded with `begin`, when everything that could start has been
 * started; what happens until then is kept for it.
 */
export function createTuiView(context: Context, assembly: Assembly, options: ViewOptions): View {
  const { engine, hub, paths } = assembly;
  const file = path.join(paths.folder, 'tui.json');
  const journal = createJournal(Date.now);
  const feed = createFeed(journal, { hasColours: context.style.enabled, now: Date.now, wayBack: options.wayBack });
  const early: EngineEvent[] = [];
  const abort = new AbortController();
  let tui: Tui | undefined;
  /** In its place, once it is broken. */
  let plain: View | undefined;
  let forget: () => void = () => undefined;
  const told = (async () => {
    for await (const event of engine.watch(abort.signal)) {
      feed(event);
      if (tui) tui.take(event);
      else early.push(event);
    }
  })();

  async function begin(): Promise<void> {
    const { openTui, openTerminal, readSaved } = await context.loadTui();
    forget = noteTerminal(path.join(path.dirname(assembly.socket), assembly.sessionId));
    const output = process.stdout as WriteStream & { readonly fd: number };
    const sink = createByteSink(output, options.onReaderGone);
    tui = openTui({
      engine,
      source: hub,
      journal,
      isQuitting: () => engine.world().quitting,
      lookups: {
        stack: () => engine.world().stack,
        envOf: (name) => envOf(context, assembly, name),
        lastLines: (name) => lastLines(assembly, name),
        placeOf: (name, lines) => placeOf(assembly, name, lines),
        lostBefore: (name) => lostBefore(assembly, name),
      },
      services: {
        write: (name, text) => engine.write(name, text),
        resize: (name, columns, rows) => void engine.resize(name, columns, rows),
        endProcess,
      },
      usage: () => assembly.usage.sample(),
      keys: engine.world().stack.keys,
      env: context.env,
      open: (handlers) => openTerminal({ input: process.stdin, output, sink, ...handlers }),
      saved: readSaved(readText(file)),
      save: (saved) => writeText(file, `${JSON.stringify(saved, undefined, 2)}\n`),
      onCrash(error) {
        const words = error instanceof Error ? error.stack : String(error);
        sayNow(
          context,
          `This is a bug in the terminal interface of devstack:\n${words}\nEverything goes on, shown as with --plain; Ctrl-C stops it.`,
        );
        plain = createPlainView(context, assembly, options);
      },
      now: Date.now,
    });
    for (const event of early.splice(0)) tui.take(event);
  }

  return {
    begin,
    staysOpen: true,
    async close() {
      abort.abort();
      await told;
      tui?.close();
      forget();
      await plain?.close();
      const summary = tui ? [summaryInWords(engine.snapshot(), Date.now(), context.style)] : [];
      // It never came to a screen.
      const notices = early.flatMap((event) => (event.kind === 'notice' ? [event.text] : []));
      const words = [...summary, ...notices];
      if (words.length > 0) sayNow(context, words.join('\n'));
    },
  };
}

function envOf(context: Context, assembly: Assembly, name: string): readonly string[] {
  const { stack, instances } = assembly.engine.world();
  const resource = instances.get(name)?.resource;
  if (!resource) return [];
  const values = assembly.values();
  const added = addedEnvironment(stack, resource, values, context.env);
  if (added.kind === 'failed') return ['it could not be resolved'];
  const secrets = [...added.secrets, ...values.secrets()];
  return Object.entries(added.env).map(([key, text]) => `${key}=${maskedValue(key, { text, secrets })}`);
}

function placeOf({ engine, hub }: Assembly, name: string, lines: readonly string[]): CrashPlace | undefined {
  const { stack, instances } = engine.world();
  const resource = instances.get(name)?.resource;
  if (!resource || resource.kind === 'container') return undefined;
  return findCrashPlace({ lines, root: stack.root, cwd: resource.cwd, mask: (text) => hub.masker.text(text) });
}

/** `db, 2.1 s before`: what it needs and lost just before it failed. */
function lostBefore({ engine }: Assembly, name: string): string | undefined {
  const world = engine.world();
  const lost = beforeFailure(world, name)?.lost ?? [];
  const lifecycle = world.instances.get(name)?.lifecycle;
  const at = lifecycle?.kind === 'failed' ? lifecycle.at : lifecycle?.kind === 'backoff' ? lifecycle.since : Date.now();
  if (lost.length === 0) return undefined;
  return lost
    .map((one) => `${one.name} was no longer ready, ${inWords(at - one.at)} before (it is ${one.lifecycle})`)
    .join('; ');
}

function lastLines({ hub }: Assembly, name: string): readonly string[] {
  const reader = createPieceReader(hub, name);
  const lines: string[] = [];
  for (
    let piece = reader.before(Number.MAX_SAFE_INTEGER);
    piece && lines.length < CARD_LINES;
    piece = reader.before(piece.from)
  ) {
    lines.unshift(printable(piece.text, false));
  }
  return lines;
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
