import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createJournal, joinSources } from '../../src/logs/history/journal.ts';
import { createLogHub } from '../../src/logs/hub.ts';
import { JOURNAL } from '../../src/tui/journal-names.ts';
import type { Layout } from '../../src/tui/layout.ts';
import { createModel, type Effect, type Model, type Pane } from '../../src/tui/model.ts';
import { createClicks } from '../../src/tui/panes/clicks.ts';
import { copiedInWords } from '../../src/tui/panes/copied.ts';
import { createDesk, type Desk } from '../../src/tui/panes/desk.ts';
import { isPaneEffect, performOnPane } from '../../src/tui/panes/perform.ts';
import { createStore } from '../../src/tui/store.ts';
import { createToasts } from '../../src/tui/toasts.ts';
import { within } from '../../src/tui/within.ts';
import { factsOf, NOW } from './facts.ts';
import { processResource, stackOf } from './stack.ts';

/** One pane over real logs, in a temporary folder. */
export interface PaneRig extends Disposable {
  readonly desk: Desk;
  /** Lines of one service; each comes a millisecond after the one before. */
  write(name: string, ...lines: readonly string[]): void;
  /** Several services write in the same moment. */
  writeRaw(name: string, text: string): void;
  /** Lets time pass; ms. */
  pass(ms: number): void;
  now(): number;
  model(): Model;
  set(change: Partial<Model>): void;
  pane(change: Partial<Pane>): void;
  resize(columns: number, rows: number): void;
  do(effect: Effect): void;
  /** Rows as they are read, without the spaces at their ends. */
  rows(isTimeUp?: () => boolean): readonly string[];
  /** As they are written, with colours. */
  raw(): readonly string[];
  title(): string;
  isBehind(isTimeUp: () => boolean): boolean;
  /** What was copied, oldest first. */
  readonly copied: readonly string[];
  told(): string | undefined;
  /** Goes on with a search to its end. */
  look(): string | undefined;
}

interface RigOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly ringBytes?: number;
  /** What a key may take. */
  readonly within?: (ms: number) => () => boolean;
}

const never = (): boolean => false;

export function createPaneRig(
  names: readonly string[],
  { columns = 40, rows = 5, ringBytes = 4096, within: inTime = within }: RigOptions = {},
): PaneRig {
  const folder = mkdtempSync(path.join(tmpdir(), 'devstack-panes-'));
  let now = NOW;
  const hub = createLogHub({
    folder,
    maxBytes: 0,
    ringBytes,
    now: () => now,
    onProblem(text) {
      throw new Error(text);
    },
  });
  const journal = createJournal(() => now);
  const resources = names.map((name) => processResource(name));
  const desk = createDesk({
    source: joinSources(hub, journal, (name) => name.startsWith(JOURNAL)),
    depth: 'truecolor',
    colourOf: undefined,
  });
  const store = createStore(
    () => stackOf(resources),
    () => false,
  );
  const toasts = createToasts(
    () => now,
    () => undefined,
  );
  const clicks = createClicks();
  const copied: string[] = [];
  const writers = new Map(names.map((name) => [name, hub.writer(name)]));
  let size = { columns, rows };
  let model: Model = {
    ...createModel({ columns, rows: rows + 1 }),
    selected: names.length === 1 ? (names[0] ?? '') : 'all',
  };
  const layout = (): Layout => ({
    panes: [{ index: 0, rect: { column: 0, row: 0, columns: size.columns, rows: size.rows + 1 } }],
  });
  const draw = (isTimeUp: () => boolean) => desk.draw(model, factsOf(resources, {}, { now }), layout(), isTimeUp);
  const first = (isTimeUp: () => boolean) => {
    const [pane] = draw(isTimeUp).panes;
    if (!pane) throw new Error('there is one');
    return pane;
  };
  return {
    desk,
    copied,
    write(name, ...lines) {
      for (const line of lines) {
        now += 1;
        writers.get(name)?.write(Buffer.from(`${line}\n`));
      }
    },
    writeRaw: (name, text) => writers.get(name)?.write(Buffer.from(text)),
    pass(ms) {
      now += ms;
    },
    now: () => now,
    model: () => model,
    set(change) {
      model = { ...model, ...change };
    },
    pane(change) {
      model = { ...model, panes: model.panes.map((pane) => ({ ...pane, ...change })) };
    },
    resize(toColumns, toRows) {
      size = { columns: toColumns, rows: toRows };
    },
    do(effect) {
      if (!isPaneEffect(effect)) throw new Error(`${effect.kind} is not for a pane`);
      performOnPane(effect, {
        desk,
        journal,
        store,
        toasts,
        model: () => model,
        set: (next) => (model = next),
        now: () => now,
        copy(one) {
          toasts.show(copiedInWords(one));
          if (one.text !== '') copied.push(one.text);
        },
        clicks,
        within: inTime,
      });
    },
    rows: (isTimeUp = never) =>
      first(isTimeUp).rows.map(({ text }) => text.replaceAll(/\u001b\[[\d;]*m/g, '').trimEnd()),
    raw: () => first(never).rows.map(({ text }) => text),
    title: () =>
      first(never)
        .title.map(({ text }) => text)
        .join('')
        .trim(),
    isBehind: (isTimeUp) => draw(isTimeUp).isBehind,
    told: () => toasts.current()?.text,
    look: () => desk.view(0).look(never),
    [Symbol.dispose]() {
      hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
