import { createReaders } from '../../logs/history/history.ts';
import type { LogSource } from '../../logs/source.ts';
import type { Line } from '../chrome/line.ts';
import { signOf } from '../chrome/list-lines.ts';
import { shortCount } from '../chrome/short.ts';
import { entryOf } from '../entries.ts';
import { pageRows, type Layout } from '../layout.ts';
import { targetOf, type Facts, type Model, type Pane } from '../model.ts';
import type { DrawnPane } from '../painter.ts';
import type { ColourDepth } from '../text/colour.ts';
import { patternOf } from './accepts.ts';
import { createLineCounter, type LineCounter } from './counter.ts';
import type { LiveScreen } from './live.ts';
import { createRowCache, paneRows, type PaneRow, type RowCache } from './pane-rows.ts';
import { createPaneView, type PaneView, type Subject } from './pane-view.ts';
import { createSubject, looksKey, shownNames, subjectKey, type Place } from './subject.ts';

/** The panes with what they show: it outlives frames, and is made anew when what it depends on changes. */
export interface Desk {
  /** Draws those of the layout; `isBehind` when one has more to look for. */
  draw(
    model: Model,
    facts: Facts,
    layout: Layout,
    isTimeUp: () => boolean,
    live?: LiveScreen,
  ): { readonly panes: readonly DrawnPane[]; readonly isBehind: boolean };
  /** Those of the layout come to show what they are to show before they are drawn: something is done in them. */
  show(model: Model, facts: Facts, layout: Layout): void;
  view(index: number): PaneView;
  /** What the pane showed last. */
  subject(index: number): Subject | undefined;
  /** Names of the resources in it. */
  names(index: number): readonly string[];
}

export interface DeskOptions {
  readonly source: LogSource;
  readonly depth: ColourDepth;
  readonly colourOf: ((name: string) => string) | undefined;
}

interface Slot {
  readonly view: PaneView;
  key: string;
  looks: string;
  names: readonly string[];
  subject?: Subject;
  cache: RowCache;
  /** Since it stopped following. */
  counter: LineCounter | undefined;
}

export function createDesk({ source, depth, colourOf }: DeskOptions): Desk {
  const readers = createReaders(source);
  const slots: Slot[] = [];

  const slotOf = (index: number): Slot =>
    (slots[index] ??= {
      view: createPaneView(),
      key: '',
      looks: '',
      names: [],
      cache: createRowCache(),
      counter: undefined,
    });

  function refresh(slot: Slot, model: Model, facts: Facts, pane: Pane, place: Place): Subject {
    const key = subjectKey(model, facts, pane);
    const looks = looksKey(model, pane, place);
    if (slot.subject && slot.key === key && slot.looks === looks && slot.subject.rows === place.rows)
      return slot.subject;
    const isResized = slot.key === key && slot.looks === looks && slot.subject;
    const subject = isResized
      ? { ...isResized, rows: place.rows }
      : createSubject(source, readers, model, facts, pane, place, colourOf);
    slot.view.show(subject);
    Object.assign(slot, { key, looks, subject, cache: createRowCache(), names: shownNames(model, facts, pane) });
    return subject;
  }

  function prepare(model: Model, facts: Facts, { index, rect }: Layout['panes'][number]) {
    const slot = slotOf(index);
    const pane = model.panes[index] ?? model.panes[0];
    if (!pane) throw new Error('there is always a pane');
    const subject = refresh(slot, model, facts, pane, { columns: rect.columns, rows: pageRows(rect) });
    return { slot, pane, subject };
  }

  return {
    draw(model, facts, layout, isTimeUp, live) {
      let isBehind = false;
      const search = model.search === undefined ? undefined : patternOf(model.search, 'g');
      const panes = layout.panes.map((place): DrawnPane => {
        const { index, rect } = place;
        const { slot, pane, subject } = prepare(model, facts, place);
        const { view } = slot;
        const { rows } = subject;
        const isLive = live !== undefined && targetOf(model, pane) === live.name;
        const page = view.page(isTimeUp);
        isBehind ||= page.isPartial;
        const isFollowing = view.isFollowing();
        if (isFollowing) slot.counter = undefined;
        else slot.counter ??= createLineCounter(source, slot.names);
        const selection = view.selection();
        const drawn = isLive
          ? liveRows(live, rect.columns, rows, depth)
          : paneRows(page, {
              columns: rect.columns,
              rows,
              depth,
              gutter: subject.gutter,
              names: subject.history.names,
              cache: slot.cache,
              ...(selection && { selection }),
              ...(search && { search }),
            });
        const isActive = model.focus === 'pane' && index === model.active;
        return {
          rect,
          title: titleOf(model, facts, pane, { fresh: slot.counter?.count(), isPartial: page.isPartial }),
          isActive,
          rows: drawn,
        };
      });
      return { panes, isBehind };
    },
    show(model, facts, layout) {
      for (const place of layout.panes) prepare(model, facts, place);
    },
    view: (index) => slotOf(index).view,
    subject: (index) => slots[index]?.subject,
    names: (index) => slots[index]?.names ?? [],
  };
}

/** A terminal of the pane's size, or what there is of it. */
function liveRows(live: LiveScreen, columns: number, rows: number, depth: ColourDepth): readonly PaneRow[] {
  live.resize(columns, rows);
  live.feed();
  return live.rows(depth);
}

function titleOf(
  model: Model,
  facts: Facts,
  pane: Pane,
  { fresh, isPartial }: { readonly fresh: number | undefined; readonly isPartial: boolean },
): Line {
  const entry = entryOf(facts, targetOf(model, pane));
  const name = entry.kind === 'all' ? 'All' : entry.kind === 'group' ? entry.title : entry.id;
  const sign = entry.kind === 'resource' ? `${signOf(facts.statuses.get(entry.id)).sign} ` : '';
  const parts = [
    ` ${sign}${name}`,
    pane.pin === undefined ? undefined : 'pinned',
    pane.trace === undefined ? undefined : `trace ${pane.trace}`,
    pane.filter === undefined ? undefined : `& ${pane.filter}`,
    pane.level === 'all' ? undefined : `${pane.level} and above`,
    pane.since === undefined ? undefined : 'cleared',
    isPartial ? 'looking…' : undefined,
    fresh === undefined
      ? undefined
      : fresh === 0
        ? 'scrolled back'
        : `scrolled back, ${shortCount(fresh)} new ${fresh === 1 ? 'line' : 'lines'} below`,
  ];
  return [{ text: `${parts.filter((part) => part !== undefined).join(' · ')} ` }];
}
