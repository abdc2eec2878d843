import type { History } from '../../logs/history/history.ts';
import type { Direction, Position } from '../../logs/history/walk.ts';
import type { Accepts } from '../../logs/history/scanner.ts';
import type { Gutter } from './gutter.ts';
import type { Piece } from '../../logs/history/piece.ts';
import { characterAt } from '../text/select.ts';
import { within } from '../within.ts';
import type { Layer } from './lay.ts';
import { above, past } from './places.ts';
import { isBefore, type Selection, type Spot } from './selection.ts';
import { moved, pageAt, rowsAbove, type Anchor, type Page, type Reading, type Top } from './viewport.ts';

/** What a pane shows, and how; made anew when any of it changes. */
export interface Subject {
  /** Names and filters. Of other logs a pane begins at the end. */
  readonly key: string;
  readonly history: History;
  readonly layer: Layer;
  readonly gutter: Gutter;
  readonly since?: number;
  /** Rows for lines. */
  readonly rows: number;
}

/** A search under way: it goes on frame by frame until it finds something. */
export type Found = 'found' | 'none' | 'paused';

/** Where one pane is in its history, what is selected in it, and what it looks for. */
export interface PaneView {
  show(subject: Subject): void;
  page(isTimeUp: () => boolean): Page;
  isFollowing(): boolean;
  scroll(rows: number): void;
  toStart(): void;
  toEnd(): void;
  /** Stays where it is, or follows again. */
  toggleFollow(): void;
  /** The first line that did not arrive before `time` comes to the top. */
  toTime(time: number): void;
  /** Arrival of the line at the top. */
  topTime(): number | undefined;
  /** `turns`: what is not found in this direction is looked for in the other one. */
  find(accepts: (name: string) => Accepts | undefined, direction: Direction, turns?: boolean): void;
  stopFinding(): void;
  /** Goes on with a search; undefined when there is none. */
  look(isTimeUp: () => boolean): Found | undefined;
  spotAt(column: number, row: number): Spot | undefined;
  /** `pressed`: where the mouse went down, from where a drag may select. */
  select(selection: Selection | undefined, pressed?: Spot): void;
  pressed(): Spot | undefined;
  /** The line above or below. */
  lineBeside(spot: Spot, direction: Direction): Spot | undefined;
  /** Scrolls as little as is needed to show a line. */
  reveal(spot: Spot): void;
  selection(): Selection | undefined;
}

interface Search {
  readonly history: History;
  readonly position: Position;
  readonly direction: Direction;
  readonly turns: boolean;
}

/** A filter may let through one line of a million: nobody waits for it with a key pressed. */
const PATIENCE_MS = 30;
const patience = (): (() => boolean) => within(PATIENCE_MS);

export function createPaneView(): PaneView {
  let subject: Subject | undefined;
  let anchor: Anchor = { kind: 'end' };
  let page: Page | undefined;
  let selection: Selection | undefined;
  let pressed: Spot | undefined;
  /** It follows, but not while the button is down. */
  let isHeld = false;
  let search: Search | undefined;

  const reading = (isTimeUp: () => boolean): Reading | undefined =>
    subject && {
      history: subject.history,
      layer: subject.layer,
      isTimeUp,
      ...(subject.since !== undefined && { since: subject.since }),
    };

  function present(): Page | undefined {
    const read = reading(patience());
    if (read && subject) page ??= pageAt(read, anchor, subject.rows);
    return page;
  }

  function stay(top: Top): void {
    anchor = { kind: 'top', top };
  }

  return {
    show(next) {
      const isOfSame = subject?.history.names.join() === next.history.names.join();
      const isCleared = next.since !== undefined && next.since !== subject?.since;
      // What is cleared is behind the end, wherever the pane was.
      if (isCleared) anchor = { kind: 'end' };
      if (!isOfSame) {
        anchor = { kind: 'end' };
        selection = undefined;
      } else if (subject?.layer !== next.layer && anchor.kind === 'top') {
        // Rows of another width, or other lines of the same logs: it stays at the same place.
        anchor = { kind: 'top', top: { ...anchor.top, skip: 0 } };
      }
      if (subject?.key !== next.key) search = undefined;
      page = undefined;
      subject = next;
    },
    page(isTimeUp) {
      const read = reading(isTimeUp);
      if (!read || !subject) throw new Error('nothing is shown yet');
      page = pageAt(read, anchor, subject.rows);
      return page;
    },
    isFollowing: () => anchor.kind === 'end',
    scroll(rows) {
      const at = present();
      const read = reading(patience());
      if (!at || !read || !subject || (rows > 0 && anchor.kind === 'end')) return;
      // What does not fill the pane cannot be scrolled.
      if (at.isShort && rows < 0 && at.top.skip === 0 && !at.isPartial && anchor.kind === 'end') return;
      anchor = moved(read, at.top, rows, subject.rows);
      isHeld = false;
      page = undefined;
    },
    toStart() {
      if (!subject) return;
      const { history, since } = subject;
      stay({ position: since === undefined ? history.start() : history.at(since), skip: 0 });
      page = undefined;
    },
    toEnd() {
      anchor = { kind: 'end' };
      page = undefined;
    },
    toggleFollow() {
      if (anchor.kind === 'top') anchor = { kind: 'end' };
      else {
        const at = present();
        if (at) stay(at.top);
      }
      page = undefined;
    },
    toTime(time) {
      if (!subject) return;
      stay({ position: subject.history.at(time), skip: 0 });
      page = undefined;
    },
    topTime: () => present()?.laid[0]?.piece.time,
    find(accepts, direction, turns = false) {
      const at = present();
      if (!subject || !at) return;
      const from =
        selection?.unit === 'line'
          ? direction === 'before'
            ? selection.anchor.position
            : past(subject.history, selection.anchor.position, selection.anchor.piece)
          : direction === 'before'
            ? at.bottom
            : at.top.position;
      search = { history: subject.history.where(accepts), position: from, direction, turns };
    },
    stopFinding() {
      search = undefined;
    },
    look(isTimeUp) {
      if (!search || !subject) return undefined;
      const walked = search.history.next(search.position, search.direction, isTimeUp);
      if (walked.kind === 'paused') return 'paused';
      if (walked.kind === 'end' && search.turns) {
        search = { ...search, direction: search.direction === 'before' ? 'after' : 'before', turns: false };
        return 'paused';
      }
      search = undefined;
      if (walked.kind === 'end') return 'none';
      const { piece } = walked;
      const position = above(subject.history, piece);
      const spot: Spot = { position, piece, index: 0 };
      const read = reading(patience());
      selection = { anchor: spot, head: spot, unit: 'line' };
      const isShown = page?.laid.some((laid) => laid.piece.name === piece.name && laid.piece.from === piece.from);
      // Where it is in sight the page stays, so that lines that come do not push it out.
      const top: Top = { position, skip: 0 };
      stay(isShown && page ? page.top : read ? rowsAbove(read, top, Math.floor(subject.rows / 3)) : top);
      page = undefined;
      return 'found';
    },
    spotAt(column, row) {
      const at = present();
      if (!at || !subject) return undefined;
      let position = at.top.position;
      let left = row + at.top.skip;
      for (const laid of at.laid) {
        const columns = laid.rows[left];
        if (columns) {
          const inText = Math.max(0, column - subject.gutter.columns) + columns.from;
          return { position, piece: laid.piece, index: characterAt(laid.line, inText) };
        }
        left -= laid.rows.length;
        position = past(subject.history, position, laid.piece);
      }
      const last = at.laid.at(-1);
      if (!last) return undefined;
      return { position: above(subject.history, last.piece), piece: last.piece, index: last.line.text.length };
    },
    select(next, spot) {
      selection = next;
      // While the button is down the rows stay under the mouse.
      const at = spot && !pressed && anchor.kind === 'end' ? present() : undefined;
      if (at) stay(at.top);
      if (isHeld && !spot) anchor = { kind: 'end' };
      isHeld = spot !== undefined && (isHeld || at !== undefined);
      pressed = spot;
    },
    pressed: () => pressed,
    lineBeside({ position, piece }, direction) {
      if (!subject) return undefined;
      const { history } = subject;
      const from = direction === 'before' ? position : past(history, position, piece);
      const next = history.next(from, direction, patience());
      if (next.kind !== 'step') return undefined;
      return { position: direction === 'before' ? next.position : from, piece: next.piece, index: 0 };
    },
    reveal(spot) {
      const at = present();
      if (!at || !subject) return;
      const isSame = ({ name, from }: Piece): boolean => name === spot.piece.name && from === spot.piece.from;
      if (at.laid.some(({ piece }) => isSame(piece))) return;
      const first = at.laid[0]?.piece;
      const isAbove =
        first !== undefined && isBefore(subject.history.names, spot, { position: [], piece: first, index: 0 });
      if (isAbove) stay({ position: spot.position, skip: 0 });
      else {
        const read = reading(patience());
        const bottom = past(subject.history, spot.position, spot.piece);
        if (read) stay(rowsAbove(read, { position: bottom, skip: 0 }, subject.rows));
      }
      page = undefined;
    },
    selection: () => selection,
  };
}
