import type { Command } from '../core/command.ts';
import type { Engine, EngineEvent } from '../core/engine.ts';
import type { Journal } from '../logs/history/journal.ts';
import { describe } from '../output/describe.ts';
import { journalOf, SELF } from './journal-names.ts';
import { layoutOf } from './layout.ts';
import type { Effect, Model, Report } from './model.ts';
import type { Desk } from './panes/desk.ts';
import { createClicks } from './panes/clicks.ts';
import { copiedInWords, type Copied } from './panes/copied.ts';
import { isPaneEffect, performOnPane } from './panes/perform.ts';
import { createReport, criticalPathInWords, lookUp, nothingOf, type Found, type Lookups } from './reports.ts';
import type { Store } from './store.ts';
import { clipboardSequence, copyWithTool } from './terminal/clipboard.ts';
import { openUrl } from './terminal/open-url.ts';
import type { Terminal } from './terminal/terminal.ts';
import type { Toasts } from './toasts.ts';
import type { Typing } from './typing.ts';
import { within } from './within.ts';

/** What is done with services beside commands. */
export interface Services {
  /** For the standard input of its run; false when there is none. */
  write(name: string, text: string): Promise<boolean>;
  /** For one with a terminal of its own. */
  resize(name: string, columns: number, rows: number): void;
  /** Asks a process that has the port of another to end, if it still has; resolves to what became of it, in words. */
  endProcess(pid: number, port: number): Promise<string>;
}

export interface EffectParts {
  readonly engine: Engine;
  readonly desk: Desk;
  readonly journal: Journal;
  readonly store: Store;
  readonly toasts: Toasts;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly services: Services;
  readonly lookups: Lookups;
  readonly typing: Typing;
  readonly leave: () => string | undefined;
  readonly model: () => Model;
  readonly set: (model: Model) => void;
  readonly redraw: () => void;
  readonly now: () => number;
}

/** Carries out what updates ask for. */
export interface Effects {
  perform(effect: Effect): void;
  /** Goes on with searches; true while one needs more frames. */
  look(isTimeUp: () => boolean): boolean;
  /** An event that may open a dialog by itself. */
  noticed(event: EngineEvent): void;
}

/** A key that was meant for what was there before the card does nothing to it. */
const DEAF_MS = 700;

export function createEffects(parts: EffectParts): Effects {
  const { engine, desk, toasts, services, lookups, store } = parts;
  const clicks = createClicks();
  let isUp = false;
  /** Failures a card was shown for already, by resource. */
  const carded = new Map<string, number>();

  function perform(effect: Effect): void {
    if (isPaneEffect(effect)) {
      // The pane may come into sight with the frame that follows only.
      desk.show(parts.model(), store.facts(parts.now()), layoutOf(parts.model()));
      return performOnPane(effect, { ...parts, copy, clicks, within });
    }
    switch (effect.kind) {
      case 'send':
        return void send(effect.command);
      case 'report':
        return open(effect.report, effect.name);
      case 'open':
        return openInBrowser(effect.name);
      case 'write':
        return void write(effect.name, textFor(effect.name, effect.text));
      case 'key':
        return void write(effect.name, parts.typing.encode(effect.key));
      case 'end-process':
        return void services.endProcess(effect.pid, effect.port).then((text) => {
          toasts.show(text);
          void send({ kind: 'start', names: [effect.name] });
        });
      case 'leave': {
        const trouble = parts.leave();
        if (trouble !== undefined) toasts.show(trouble, 'bad');
        return;
      }
      case 'tell':
        return toasts.show(effect.text);
      case 'redraw':
        parts.redraw();
        return;
    }
  }

  async function send(command: Command): Promise<void> {
    try {
      const outcome = await engine.send(command);
      if (outcome.kind === 'refused') toasts.show(describe(outcome.failure).title, 'bad');
    } catch (error) {
      toasts.show(error instanceof Error ? error.message : String(error), 'bad');
    }
  }

  async function write(name: string, text: string): Promise<void> {
    if (!(await services.write(name, text))) toasts.show(`${name} does not run`, 'bad');
  }

  /** What is known is shown at once, and is there for the next key; what has to be looked up follows. */
  function open(report: Report, name: string, deafUntil?: number): void {
    const make = (found: Found) => createReport(report, name, store.facts(parts.now()), found);
    const first = make(nothingOf(lookups));
    parts.set({ ...parts.model(), dialog: deafUntil === undefined ? first : { ...first, deafUntil } });
    void lookUp(report, name, lookups).then((found) => {
      const model = parts.model();
      const now = make(found);
      if (model.dialog?.kind !== 'report' || model.dialog.title !== first.title) return;
      parts.set({ ...model, dialog: { ...model.dialog, lines: now.lines } });
    });
  }

  /** A line for its input, or text that was pasted into its terminal. */
  function textFor(name: string, text: string): string {
    return parts.model().typing === name ? parts.typing.encodePaste(text) : text;
  }

  function openInBrowser(name: string): void {
    const url = Object.values(store.facts(parts.now()).statuses.get(name)?.urls ?? {})[0];
    if (url === undefined) return toasts.show(`${name} has no address a browser could open`, 'bad');
    void openUrl(url, parts.env, process.platform).then((isOpen) =>
      toasts.show(isOpen ? `opening ${url}` : `${url} (no browser was found here)`),
    );
  }

  function copy(copied: Copied): void {
    const { text } = copied;
    toasts.show(copiedInWords(copied));
    if (text === '') return;
    parts.terminal.write(clipboardSequence(text, parts.env));
    void copyWithTool(text, parts.env, process.platform);
  }

  /** Once, when everything has come up for the first time. */
  function sayCriticalPath(): void {
    if (isUp) return;
    const facts = store.facts(parts.now());
    const wanted = [...facts.statuses.values()].filter((one) => one.wanted);
    // Whoever runs it has said so.
    if (facts.attached || wanted.length === 0 || wanted.some(({ readyAt }) => readyAt === undefined)) return;
    isUp = true;
    parts.journal.write(journalOf(SELF), `· the start waited for: ${criticalPathInWords(facts)}`);
  }

  return {
    perform,
    look(isTimeUp) {
      let isSearching = false;
      for (const index of parts.model().panes.keys()) {
        const found = desk.view(index).look(isTimeUp);
        if (found === 'paused') isSearching = true;
        if (found === 'none') toasts.show('nothing more is found in this direction', 'bad');
      }
      return isSearching;
    },
    noticed(event) {
      if (event.kind !== 'status') return;
      sayCriticalPath();
      const { name, lifecycle, run } = event.status;
      if (lifecycle.kind !== 'failed' || carded.get(name) === run) return;
      carded.set(name, run);
      const model = parts.model();
      // Never in the way of what a person is doing.
      if (model.dialog || model.prompt || model.selecting || model.typing !== undefined)
        return toasts.show(`${name} has failed: c shows why`, 'bad');
      open('card', name, parts.now() + DEAF_MS);
    },
  };
}
