import { constructFromEvents, CORE_SCHEMA, EVENT_ID, mergeTag, parseEvents, type Event } from 'js-yaml';
import { parseDocument } from 'yaml';

// Reads with js-yaml, which goes straight from the text to values, in a third of the time. What is wrong with a text the
// other library says better.

export interface ReadDocument {
  readonly kind: 'read';
  readonly value: unknown;
  /** Where it begins, comments aside; from 1. */
  readonly line: number;
  /** The lines its `items` begin at. */
  itemLines(): readonly number[];
}

export interface FailedDocument {
  readonly kind: 'failed';
  readonly line: number;
  readonly reason: string;
}

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);
/** Aliases of aliases stand for more than anybody wrote. */
const MOST_VALUES = 100_000;

/** All documents of a file. One that is broken takes no other with it. */
export function documentsOf(text: string): readonly (ReadDocument | FailedDocument)[] {
  const lineAt = lineCounter(text);
  try {
    return split(parseEvents(text, {})).map((events) => documentOf(events, text, lineAt));
  } catch (error) {
    const parts = text.split(/^(?=---(?:\s|$))/m);
    if (parts.length < 2) return [failed(text, error)];
    let offset = 0;
    return parts.flatMap((part) => {
      const line = lineAt(offset);
      offset += part.length;
      return documentsOf(part).map((one) =>
        one.kind === 'failed'
          ? { ...one, line: one.line + line - 1 }
          : { ...one, line: one.line + line - 1, itemLines: () => one.itemLines().map((at) => at + line - 1) },
      );
    });
  }
}

/** The events of each document. */
function split(events: readonly Event[]): readonly Event[][] {
  const documents: Event[][] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push([]);
    documents.at(-1)?.push(event);
  }
  return documents;
}

function documentOf(
  events: Event[],
  source: string,
  lineAt: (offset: number) => number,
): ReadDocument | FailedDocument {
  const line = lineAt(offsetOf(events[1]) ?? 0);
  const [value] = constructFromEvents(events, { source, schema: SCHEMA });
  if (events.some(({ type }) => type === EVENT_ID.ALIAS) && valuesIn(value, new Map()) > MOST_VALUES)
    return { kind: 'failed', line, reason: 'its aliases stand for too much' };
  return { kind: 'read', value, line, itemLines: () => itemOffsets(events, source).map(lineAt) };
}

function failed(text: string, error: unknown): FailedDocument {
  const [said] = parseDocument(text, { prettyErrors: false, logLevel: 'error' }).errors;
  if (said) return { kind: 'failed', line: lineCounter(text)(said.pos[0]), reason: said.message };
  return { kind: 'failed', line: 1, reason: error instanceof Error ? error.message : String(error) };
}

function offsetOf(event: Event | undefined): number | undefined {
  if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
  return event?.type === EVENT_ID.SCALAR ? event.valueStart : undefined;
}

/** Below the key `items` of the outermost mapping. */
function itemOffsets(events: readonly Event[], source: string): readonly number[] {
  const offsets: number[] = [];
  let depth = 0;
  let isWithin = false;
  for (const [index, event] of events.entries()) {
    if (event.type === EVENT_ID.POP) depth -= 1;
    if (depth === 2) {
      const before = events[index - 1];
      const isKey = before?.type === EVENT_ID.SCALAR && source.slice(before.valueStart, before.valueEnd) === 'items';
      if (event.type === EVENT_ID.SEQUENCE) isWithin = isKey;
    } else if (depth === 3 && isWithin && event.type !== EVENT_ID.POP) offsets.push(offsetOf(event) ?? 0);
    if (event.type <= EVENT_ID.MAPPING) depth += 1;
  }
  return offsets;
}

/** As many as it would be written out; without end for what holds itself. */
function valuesIn(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const count = known.get(value);
  if (count !== undefined) return count;
  known.set(value, Infinity);
  const sum = Object.values(value).reduce((all: number, one: unknown) => all + valuesIn(one, known), 1);
  known.set(value, sum);
  return sum;
}

/** Lines by offset. Offsets mostly grow, so it goes on from the last. */
function lineCounter(text: string): (offset: number) => number {
  let at = 0;
  let line = 1;
  return (offset) => {
    if (offset < at) [at, line] = [0, 1];
    for (let next = text.indexOf('\n', at); next >= 0 && next < offset; next = text.indexOf('\n', at)) {
      at = next + 1;
      line += 1;
    }
    return line;
  };
}
