import path from 'node:path';
import type { Engine, Snapshot } from '../core/engine.ts';
import type { Stack } from '../core/stack.ts';
import type { CardFacts, Usage, Viewing } from '../core/viewing.ts';
import type { Journal } from '../logs/history/journal.ts';
import type { LogSource } from '../logs/source.ts';
import type { Assembly } from './assemble/engine.ts';

/** A running stack as a view sees it, whichever process runs it. */
export interface RunningStack {
  readonly engine: Engine;
  readonly logs: LogSource & { appends(): number; onAppend(listener: () => void): () => void };
  /** What was told of each resource, marks of a person in between. */
  readonly journal: Journal;
  /** What the interface remembers is kept there. */
  readonly savedFile: string;
  /** It is another process that runs it. */
  readonly isAttached: boolean;
  stack(): Stack;
  snapshot(): Snapshot;
  isQuitting(): boolean;
  /** Hides the secrets that are known to this process. */
  mask(text: string): string;
  env(name: string): Promise<readonly string[]>;
  card(name: string): Promise<CardFacts>;
  write(name: string, text: string): Promise<boolean>;
  resize(name: string, columns: number, rows: number): void;
  usage(): Promise<ReadonlyMap<string, Usage>>;
}

/** What this process runs itself. */
export function localStack(assembly: Assembly, viewing: Viewing, journal: Journal): RunningStack {
  const { engine, hub, paths } = assembly;
  return {
    engine,
    logs: hub,
    journal,
    savedFile: path.join(paths.folder, 'tui.json'),
    isAttached: false,
    stack: () => engine.world().stack,
    snapshot: () => engine.snapshot(),
    isQuitting: () => engine.world().quitting,
    mask: (text) => hub.masker.text(text),
    env: (name) => Promise.resolve(viewing.env(name)),
    card: (name) => Promise.resolve(viewing.card(name)),
    write: (name, text) => Promise.resolve(viewing.write(name, text)),
    resize: (name, columns, rows) => void viewing.resize(name, columns, rows),
    usage: () => viewing.usage(),
  };
}
