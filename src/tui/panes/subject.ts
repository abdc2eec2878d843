import { createHistory, type Readers } from '../../logs/history/history.ts';
import type { LogSource } from '../../logs/source.ts';
import { entryOf } from '../entries.ts';
import { targetOf, type Facts, type Model, type Pane } from '../model.ts';
import { formatRecord, recordOf } from '../text/record.ts';
import { JOURNAL, journalOf, SELF } from '../journal-names.ts';
import { accepting, all, atLevel, containing } from './accepts.ts';
import { createGutter } from './gutter.ts';
import { createLayer } from './lay.ts';
import { orMarks } from './mark.ts';
import type { Subject } from './pane-view.ts';

export interface Place {
  readonly columns: number;
  readonly rows: number;
}

/** Whose lines a pane shows. */
export function shownNames(model: Model, facts: Facts, pane: Pane): readonly string[] {
  if (pane.trace !== undefined) return [...facts.resources.keys()];
  const { members } = entryOf(facts, targetOf(model, pane));
  return members.length === 1 ? members : members.filter((name) => !model.muted.has(name));
}

/** Everything that decides what a pane shows; equal keys show the same. */
export function subjectKey(model: Model, facts: Facts, pane: Pane): string {
  const { level, filter = '', trace = '', since = '', pretty } = pane;
  return JSON.stringify([targetOf(model, pane), shownNames(model, facts, pane), level, filter, trace, since, pretty]);
}

export const looksKey = (model: Model, { wrap, times, pretty, left }: Pane, { columns }: Place): string =>
  JSON.stringify([wrap, times, pretty, left, columns, model.search ?? '']);

export function createSubject(
  source: LogSource,
  readers: Readers,
  model: Model,
  facts: Facts,
  pane: Pane,
  place: Place,
  colourOf: ((name: string) => string) | undefined,
): Subject {
  const names = shownNames(model, facts, pane);
  const logs = names.flatMap((name) => [name, journalOf(name)]);
  // Marks and what concerns no single resource; those of one stand in its own journal.
  const hasSelf = names.length !== 1;
  const filter = pane.filter === undefined ? undefined : accepting(pane.filter, pane.pretty);
  const trace = pane.trace === undefined ? undefined : containing(pane.trace);
  const traceOrMarks = trace && orMarks(trace);
  const level = atLevel(pane.level);
  const of = (name: string): ReturnType<typeof all> =>
    name.startsWith(JOURNAL) ? all([filter, traceOrMarks]) : all([filter, trace, level]);
  const history = createHistory(source, readers, hasSelf ? [...logs, journalOf(SELF)] : logs, of);
  const gutter = createGutter({
    names: hasSelf ? [...names, SELF] : names,
    times: pane.times,
    columns: place.columns,
    ...(colourOf && { colourOf }),
  });
  const layer = createLayer({
    columns: Math.max(1, place.columns - gutter.columns),
    wrap: pane.wrap,
    left: pane.left,
    shown({ text, name }) {
      if (!pane.pretty || name.startsWith(JOURNAL)) return text;
      const record = recordOf(text);
      return record ? formatRecord(record) : text;
    },
  });
  return {
    key: subjectKey(model, facts, pane),
    history,
    layer,
    gutter,
    rows: place.rows,
    ...(pane.since !== undefined && { since: pane.since }),
  };
}
