import type { Command } from '../core/command.ts';
import type { ResourceStatus } from '../core/engine.ts';
import type { Resource } from '../core/stack.ts';
import type { Usage } from '../core/viewing.ts';
import type { Line } from './chrome/line.ts';

/** What the engine and the samplers say; replaced, never changed. */
export interface Facts {
  readonly stack: string;
  readonly instance: string;
  readonly startedAt: number;
  /** Ms since the epoch. */
  readonly now: number;
  readonly quitting: boolean;
  readonly ended: boolean;
  /** It is another process that runs it. */
  readonly attached: boolean;
  /** In the order of the stack. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly statuses: ReadonlyMap<string, ResourceStatus>;
  /** Of the config. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly usage: ReadonlyMap<string, Usage>;
  /** Lines per second, of those that write any. */
  readonly rates: ReadonlyMap<string, number>;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const ALL = 'all';
export const LEVELS = ['all', 'info', 'warn', 'error'] as const;
export type LevelFilter = (typeof LEVELS)[number];

/** One pane: what it shows and how. Where it is scrolled to is its view's affair. */
export interface Pane {
  /** An entry of the list; without one it shows what is selected. */
  readonly pin?: string;
  readonly wrap: boolean;
  readonly times: boolean;
  /** JSON lines as level, message and fields. */
  readonly pretty: boolean;
  readonly level: LevelFilter;
  readonly filter?: string;
  /** An id that all lines shown contain, across all services. */
  readonly trace?: string;
  /** What arrived before is hidden; ms since the epoch. */
  readonly since?: number;
  /** Columns that are cut off on the left. */
  readonly left: number;
}

export type Prompt = {
  readonly kind: 'search' | 'filter' | 'input';
  readonly text: string;
  /** Of `input`: for whom. */
  readonly name?: string;
};

/** What is to be done once the user has said yes. */
export interface Question {
  readonly text: string;
  readonly effect: Effect;
}

export type Dialog =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'palette'; readonly text: string; readonly index: number }
  | { readonly kind: 'question'; readonly question: Question }
  /** What an effect looked up: state, environment, graph, crash card. */
  | {
      readonly kind: 'report';
      readonly title: string;
      readonly lines: readonly Line[];
      readonly top: number;
      readonly choices: readonly Choice[];
      /** It came by itself: until then letters are not for it; ms since the epoch. */
      readonly deafUntil?: number;
    };

/** A key of a dialog and what it does. */
export interface Choice {
  readonly key: string;
  readonly title: string;
  /** Is asked before it is done. */
  readonly question?: string;
  readonly effect: Effect;
}

export interface Model {
  readonly size: Size;
  /** Id of an entry. */
  readonly selected: string;
  readonly focus: 'list' | 'pane';
  /** 1, 2 or 4. */
  readonly panes: readonly Pane[];
  readonly active: number;
  readonly zoomed: boolean;
  /** The mouse is ours. */
  readonly mouse: boolean;
  readonly folded: ReadonlySet<string>;
  readonly muted: ReadonlySet<string>;
  /** Regular expression searched for last, shown wherever it is. */
  readonly search?: string;
  readonly prompt?: Prompt;
  readonly dialog?: Dialog;
  /** Up and down extend a selection of lines. */
  readonly selecting?: true;
  /** All keys go to this service. */
  readonly typing?: string;
}

export type Report = 'info' | 'env' | 'graph' | 'critical-path' | 'card';

/** What an update asks of the outside. */
export type Effect =
  | { readonly kind: 'send'; readonly command: Command }
  | { readonly kind: 'scroll'; readonly pane: number; readonly rows: number }
  | { readonly kind: 'page'; readonly pane: number; readonly pages: number }
  | {
      readonly kind: 'jump';
      readonly pane: number;
      readonly to: 'start' | 'end' | 'stay' | 'next-restart' | 'previous-restart';
    }
  | {
      readonly kind: 'find';
      readonly pane: number;
      readonly what: 'search' | 'error';
      readonly direction: 'before' | 'after';
      /** What is not found there is looked for on the other side. */
      readonly turns?: true;
    }
  | { readonly kind: 'stop-finding' }
  | { readonly kind: 'trace'; readonly pane: number }
  | { readonly kind: 'mark'; readonly pane: number }
  | { readonly kind: 'copy'; readonly pane: number; readonly what: 'selection' | 'page' }
  | { readonly kind: 'select-lines'; readonly pane: number; readonly rows: number }
  | { readonly kind: 'unselect' }
  | {
      readonly kind: 'select';
      readonly pane: number;
      readonly phase: 'begin' | 'extend' | 'end';
      /** Inside the rows of the pane. */
      readonly column: number;
      readonly row: number;
    }
  | { readonly kind: 'report'; readonly report: Report; readonly name: string }
  | { readonly kind: 'open'; readonly name: string }
  | { readonly kind: 'write'; readonly name: string; readonly text: string }
  | { readonly kind: 'key'; readonly name: string; readonly key: string }
  | { readonly kind: 'end-process'; readonly pid: number; readonly port: number; readonly name: string }
  /** Only what is looked at here ends. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'tell'; readonly text: string }
  | { readonly kind: 'redraw' };

const PANE: Pane = { wrap: true, times: false, pretty: true, level: 'all', left: 0 };

export function createModel(size: Size): Model {
  return {
    size,
    selected: ALL,
    focus: 'list',
    panes: [PANE],
    active: 0,
    zoomed: false,
    mouse: true,
    folded: new Set(),
    muted: new Set(),
  };
}

/** The settings of a new pane. */
export const newPane = (pin?: string): Pane => (pin === undefined ? PANE : { ...PANE, pin });

/** What a pane shows: its pin, or what is selected. */
export const targetOf = (model: Model, pane: Pane): string => pane.pin ?? model.selected;
