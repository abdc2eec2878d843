import type { Engine, EngineEvent } from '../core/engine.ts';
import type { Stack } from '../core/stack.ts';
import type { Usage } from '../core/viewing.ts';
import { joinSources, type Journal } from '../logs/history/journal.ts';
import type { LogSource } from '../logs/source.ts';
import { colourOfResource } from '../output/style.ts';
import { createCompositor } from './compositor.ts';
import { createEffects, type Services } from './effects.ts';
import { createInput } from './input.ts';
import { createKeyMap } from '../keys/map.ts';
import type { Mouse } from './input/event.ts';
import { isSameSize, layoutOf, type Layout, type Rect } from './layout.ts';
import { createModel, targetOf, type Model } from './model.ts';
import { updateMouse } from './mouse.ts';
import { createPainter, type Drawn } from './painter.ts';
import { createDesk } from './panes/desk.ts';
import { cursorIn } from './panes/live.ts';
import { JOURNAL } from './journal-names.ts';
import { createRates } from './rates.ts';
import type { Lookups } from './reports.ts';
import { createSampler } from './sampler.ts';
import { createBusy, createSchedule } from './schedule.ts';
import { createStore, isCounting } from './store.ts';
import type { Terminal } from './terminal/terminal.ts';
import { colourDepthOf } from './text/colour.ts';
import { createToasts } from './toasts.ts';
import { createTyping } from './typing.ts';
import type { Update } from './act.ts';
import { updateKey, updatePaste } from './update.ts';
import { within } from './within.ts';
import type { Saved } from './saved.ts';
import { restoreModel, savedOf } from './saved.ts';

export interface TuiParts {
  readonly engine: Engine;
  readonly source: LogSource & { onAppend(listener: () => void): () => void };
  /** What happens to the resources, and marks. */
  readonly journal: Journal;
  readonly isQuitting: () => boolean;
  /** It is another process that runs the stack. */
  readonly isAttached: boolean;
  /** Only the interface is to end; why it cannot, where that is so. */
  readonly leave: () => string | undefined;
  readonly lookups: Lookups;
  readonly services: Services;
  /** CPU and memory of what runs. */
  readonly usage: () => Promise<ReadonlyMap<string, Usage>>;
  readonly keys: Stack['keys'];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens the terminal; what it tells goes to these. */
  readonly open: (handlers: TerminalHandlers) => Terminal;
  /** What the last session left. */
  readonly saved: Saved | undefined;
  readonly save: (saved: Saved) => void;
  /** The interface is broken; the terminal is given back already. */
  readonly onCrash: (error: unknown) => void;
  readonly now: () => number;
}

export interface TerminalHandlers {
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onResize: () => void;
  readonly onContinue: () => void;
}

export interface Tui {
  take(event: EngineEvent): void;
  /** Gives the terminal back. */
  close(): void;
}

/** What a frame may spend on looking for lines, and on a search besides. */
const LOOK_MS = 8;
const SEARCH_MS = 20;

/** Events, keys and time go in; frames come out, only when something that is shown has changed. */
export function openTui(parts: TuiParts): Tui {
  const { engine, journal, now } = parts;
  const depth = colourDepthOf(parts.env);
  const keys = createKeyMap(parts.keys);
  const source = joinSources(parts.source, journal, (name) => name.startsWith(JOURNAL));
  const store = createStore(parts.lookups.stack, parts.isQuitting, parts.isAttached);
  const desk = createDesk({ source, depth, colourOf: depth === 'none' ? undefined : colourOf });
  const painter = createPainter(keys, depth);
  const compositor = createCompositor();
  const toasts = createToasts(now, () => schedule.ask());
  const rates = createRates(parts.source, () => [...store.facts(now()).resources.keys()]);
  const input = createInput({ key: guarded(onKey), paste: guarded(onPaste), mouse: guarded(onMouse) });
  let isOpen = true;
  let fitted = '';
  let drawn: Drawn | undefined;
  let layout: Layout | undefined;

  const terminal = parts.open({
    onInput: (bytes) => input.push(bytes),
    onResize: guarded(() => {
      compositor.forget();
      set({ ...model, size: terminal.size() });
    }),
    onContinue: guarded(() => {
      compositor.forget();
      terminal.mouse(model.mouse);
      schedule.ask();
    }),
  });
  let model: Model = restoreModel(createModel(terminal.size()), parts.saved);
  const schedule = createSchedule({
    draw: guarded(frame),
    isReady: () => terminal.isReady(),
    onReady: terminal.onReady,
    isBusy: createBusy(),
  });
  const typing = createTyping(source, () => schedule.ask());
  const effects = createEffects({
    engine,
    desk,
    journal,
    store,
    toasts,
    terminal,
    typing,
    env: parts.env,
    services: parts.services,
    lookups: parts.lookups,
    leave: parts.leave,
    model: () => model,
    set,
    redraw: () => compositor.forget(),
    now,
  });
  const sampler = createSampler(parts.usage, (usage) => {
    store.use(usage);
    schedule.ask();
  });
  terminal.mouse(model.mouse);

  const offAppend = parts.source.onAppend(() => schedule.askIdly());
  schedule.ask();

  /** Whatever goes wrong here is no reason to end what runs. */
  function guarded<A extends readonly unknown[]>(action: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      if (!isOpen) return;
      try {
        action(...args);
      } catch (error) {
        leave();
        parts.onCrash(error);
      }
    };
  }

  function leave(): void {
    isOpen = false;
    offAppend();
    schedule.stop();
    sampler.stop();
    typing.close();
    terminal.restore();
  }

  function set(next: Model): void {
    if (next.mouse !== model.mouse) terminal.mouse(next.mouse);
    model = next;
    typing.follow(model);
    schedule.ask();
  }

  function apply({ model: next, effects: asked }: Update): void {
    set(next);
    for (const effect of asked) effects.perform(effect);
  }

  function onKey(key: string): void {
    toasts.touch();
    apply(updateKey(model, store.facts(now()), keys, key));
  }

  function onPaste(text: string): void {
    apply(updatePaste(model, text));
  }

  function onMouse(event: Mouse): void {
    if (layout && drawn) apply(updateMouse(model, store.facts(now()), layout, drawn, event));
  }

  function take(event: EngineEvent): void {
    if (event.kind === 'notice')
      toasts.show(event.text.split('\n', 1)[0] ?? '', event.level === 'error' ? 'bad' : 'plain');
    store.take(event);
    effects.noticed(event);
    schedule.ask();
  }

  function frame(): void {
    const time = now();
    const size = terminal.size();
    if (!isSameSize(size, model.size)) model = { ...model, size };
    const sampled = rates.sample(time);
    if (sampled) store.rate(sampled);
    const facts = store.shown(time);
    layout = layoutOf(model);
    const isSearching = effects.look(within(SEARCH_MS));
    const live = typing.screen();
    const { panes, isBehind } = desk.draw(model, facts, layout, within(LOOK_MS), live);
    drawn = painter.paint(model, facts, layout, panes, isSearching ? SEARCHING : toasts.current());
    const place = live && placeOfLive(live.name);
    if (live && place) fit(live.name, place.columns, place.rows - 1);
    const cursor = drawn.cursor ?? (live && place ? cursorIn(place, live) : undefined);
    const bytes = compositor.draw(drawn.rows, cursor);
    if (bytes !== '') terminal.write(bytes);
    if (isSearching || isBehind) schedule.ask();
    else if (isCounting(facts.statuses.values()) || facts.rates.size > 0) schedule.askIn(1000 - (time % 1000));
  }

  /** The terminal of the service is as large as its pane. */
  function fit(name: string, columns: number, rows: number): void {
    const size = `${name} ${columns} ${rows}`;
    if (size !== fitted) parts.services.resize(name, columns, rows);
    fitted = size;
  }

  /** The pane in which it is typed. */
  function placeOfLive(name: string): Rect | undefined {
    return layout?.panes.find(({ index }) => {
      const pane = model.panes[index];
      return pane !== undefined && targetOf(model, pane) === name;
    })?.rect;
  }

  return {
    take: guarded(take),
    close() {
      leave();
      parts.save(savedOf(model));
      painter.close();
    },
  };

  function colourOf(name: string): string {
    const index = parts.lookups.stack().resources.findIndex((resource) => resource.name === name);
    return index < 0 ? '1' : String(colourOfResource(index));
  }
}

const SEARCHING = { text: 'searching… Esc stops', look: 'plain' } as const;
