import type { Journal } from '../../logs/history/journal.ts';
import type { Effect, Model } from '../model.ts';
import type { Store } from '../store.ts';
import { idsOf } from '../text/ids.ts';
import type { Toasts } from '../toasts.ts';
import { accepting, atLevel } from './accepts.ts';
import type { Clicks } from './clicks.ts';
import type { Copied } from './copied.ts';
import type { Desk } from './desk.ts';
import { markAt } from './mark.ts';
import type { PaneView, Subject } from './pane-view.ts';
import { textOf, type Selection } from './selection.ts';
import { JOURNAL, journalOf, SELF } from '../journal-names.ts';

export interface PaneParts {
  readonly desk: Desk;
  readonly journal: Journal;
  readonly store: Store;
  readonly toasts: Toasts;
  readonly model: () => Model;
  readonly set: (model: Model) => void;
  readonly now: () => number;
  readonly copy: (copied: Copied) => void;
  readonly clicks: Clicks;
  /** True once that time has passed. */
  readonly within: (ms: number) => () => boolean;
}

/** A key that needs what may be far away: longer nobody waits, and meanwhile nothing else is done. */
const KEY_MS = 200;

const KINDS = [
  'scroll',
  'page',
  'jump',
  'find',
  'stop-finding',
  'trace',
  'mark',
  'copy',
  'select-lines',
  'unselect',
  'select',
] as const satisfies readonly Effect['kind'][];

type PaneEffect = Extract<Effect, { kind: (typeof KINDS)[number] }>;

export const isPaneEffect = (effect: Effect): effect is PaneEffect => KINDS.some((kind) => kind === effect.kind);

/** What is done to the view of a pane. */
export function performOnPane(effect: PaneEffect, parts: PaneParts): void {
  const { desk } = parts;
  const index = 'pane' in effect ? effect.pane : parts.model().active;
  const view = desk.view(index);
  switch (effect.kind) {
    case 'scroll':
      return view.scroll(effect.rows);
    case 'page': {
      const rows = desk.subject(index)?.rows ?? 0;
      // A row of the page before stays in sight.
      return view.scroll(Math.trunc(effect.pages * Math.max(1, rows - 1)));
    }
    case 'jump':
      return jump(view, index, effect.to, parts);
    case 'find':
      return find(view, effect, parts);
    case 'stop-finding':
      for (const at of parts.model().panes.keys()) desk.view(at).stopFinding();
      return;
    case 'trace':
      return trace(view, parts);
    case 'mark': {
      const names = desk.names(index);
      return parts.journal.write(journalOf(names.length === 1 ? (names[0] ?? SELF) : SELF), markAt(parts.now()));
    }
    case 'unselect':
      return view.select(undefined);
    case 'select-lines':
      return selectLines(view, effect.rows, desk.subject(index)?.rows ?? 0);
    case 'copy':
      return copy(view, index, effect.what, parts);
    case 'select':
      return select(view, effect, parts);
  }
}

function jump(view: PaneView, index: number, to: Extract<Effect, { kind: 'jump' }>['to'], parts: PaneParts): void {
  switch (to) {
    case 'start':
      return view.toStart();
    case 'end':
      return view.toEnd();
    case 'stay':
      return view.toggleFollow();
    case 'next-restart':
    case 'previous-restart': {
      const starts = parts.desk
        .names(index)
        .flatMap((name) => parts.store.startsOf(name))
        .toSorted((one, other) => one - other);
      const at = view.isFollowing() ? Infinity : (view.topTime() ?? Infinity);
      const time = to === 'next-restart' ? starts.find((one) => one > at) : starts.findLast((one) => one < at);
      if (time === undefined) return parts.toasts.show('it was not started in this direction');
      return view.toTime(time);
    }
  }
}

function find(view: PaneView, effect: Extract<Effect, { kind: 'find' }>, { model, desk }: PaneParts): void {
  const { search, panes } = model();
  const isPretty = panes[effect.pane]?.pretty ?? false;
  if (effect.what === 'search') {
    if (search !== undefined) view.find(() => accepting(search, isPretty), effect.direction, effect.turns);
    return;
  }
  const isError = atLevel('error');
  const nothing = { line: () => false, chunk: () => false };
  if (desk.subject(effect.pane)) view.find((name) => (name.startsWith(JOURNAL) ? nothing : isError), effect.direction);
}

/** The id of the selected line, or of the last one in sight that has one. */
function trace(view: PaneView, { model, set, toasts, desk, within }: PaneParts): void {
  const { active, panes } = model();
  if (!desk.subject(active)) return;
  const selection = view.selection();
  const page = view.page(within(KEY_MS));
  const texts = selection ? [selection.head.piece.text] : page.laid.map(({ piece }) => piece.text).toReversed();
  const id = texts.flatMap((text) => idsOf(text).slice(0, 1))[0];
  if (id === undefined) {
    const isAll = selection !== undefined || !page.isPartial;
    return toasts.show(`no line ${isAll ? 'in sight' : 'found in time'} has a request or trace id`, 'bad');
  }
  set({ ...model(), panes: panes.map((pane, at) => (at === active ? { ...pane, trace: id } : pane)) });
}

function selectLines(view: PaneView, by: number, rows: number): void {
  const selection = view.selection();
  if (!selection || by === 0) {
    const spot = selection?.head ?? view.spotAt(0, Math.max(0, rows - 1));
    if (spot) view.select({ anchor: spot, head: spot, unit: 'line' });
    return;
  }
  const head = view.lineBeside(selection.head, by < 0 ? 'before' : 'after');
  if (!head) return;
  view.select({ ...selection, head, unit: 'line' });
  view.reveal(head);
}

function copy(view: PaneView, index: number, what: 'selection' | 'page', parts: PaneParts): void {
  const subject = parts.desk.subject(index);
  if (!subject) return;
  if (what === 'page') {
    const { laid, isPartial } = view.page(parts.within(KEY_MS));
    const lines = laid.map(({ line, piece }, at) => `${piece.continues || at === 0 ? '' : '\n'}${line.text}`);
    return parts.copy({ text: lines.join(''), ...(isPartial && { cut: 'late' }) });
  }
  const selection = view.selection();
  if (selection) {
    parts.copy(textIn(subject, selection, parts));
    return endSelecting(parts);
  }
  const spot = view.spotAt(0, subject.rows - 1);
  parts.copy(spot ? textIn(subject, { anchor: spot, head: spot, unit: 'line' }, parts) : { text: '' });
}

const textIn = ({ history, layer }: Subject, selection: Selection, { within }: PaneParts): Copied =>
  textOf(history, layer, selection, within(KEY_MS));

function endSelecting({ model, set }: PaneParts): void {
  const { selecting: _, ...rest } = model();
  set(rest);
}

function select(view: PaneView, effect: Extract<Effect, { kind: 'select' }>, parts: PaneParts): void {
  const { column, row, phase } = effect;
  const subject = parts.desk.subject(effect.pane);
  if (!subject) return;
  if (phase === 'begin') {
    const count = parts.clicks.press(column, row, parts.now());
    const spot = view.spotAt(column, row);
    const unit = count === 3 ? 'line' : count === 2 ? 'word' : 'character';
    const selection: Selection | undefined = count === 1 || !spot ? undefined : { anchor: spot, head: spot, unit };
    return view.select(selection, spot);
  }
  const pressed = view.pressed();
  // The button went down elsewhere.
  if (!pressed) return;
  const selection = view.selection();
  if (phase === 'extend') {
    if (row < 0) view.scroll(-1);
    else if (row >= subject.rows) view.scroll(1);
    const head = view.spotAt(column, Math.max(0, Math.min(subject.rows - 1, row)));
    const anchor = selection?.anchor ?? pressed;
    if (head) view.select({ anchor, head, unit: selection?.unit ?? 'character' }, pressed);
    return;
  }
  view.select(selection);
  // It was let go: what is selected is copied, as in a terminal.
  if (selection) parts.copy(textIn(subject, selection, parts));
}
