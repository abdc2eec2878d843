import type { LogLine, LogQuery } from '../core/engine.ts';
import type { LogSource } from './source.ts';
import { createLineReader, startOffset, type LineReader } from './lines.ts';

/** Lines per batch handed out. */
const BATCH = 1000;

/** Waits until something may have been appended; resolves false when there will be no more. */
export type Wait = (signal: AbortSignal) => Promise<boolean>;

/** Answers a query from any source: the past merged by arrival time, then what comes. */
export async function* queryLogs(
  source: LogSource,
  query: LogQuery,
  wait: Wait | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[], void, undefined> {
  const matches = matcherOf(query);
  const readers = new Map<string, LineReader>();
  // Who does not wait for the rest of a line gets what there is of it.
  const isFinal = wait === undefined || !query.follow;
  const open = (): void => {
    for (const name of query.resources.length > 0 ? query.resources : source.names()) {
      if (readers.has(name)) continue;
      readers.set(name, createLineReader(source, name, startOffset(source, name, query), isFinal));
    }
  };
  open();
  for (let last = false; ;) {
    const appends = source.appends?.() ?? 0;
    for (const batch of mergeLines([...readers.values()])) {
      const wanted = batch.filter(matches);
      if (wanted.length > 0) yield wanted;
      if (signal.aborted) return;
    }
    if (!wait || !query.follow || signal.aborted || last) return;
    // What came while the reader was busy is read at once; what came with the end, before the end.
    if ((source.appends?.() ?? 0) === appends) last = !(await wait(signal));
    open();
  }
}

function matcherOf(query: LogQuery): (line: LogLine) => boolean {
  const { since, grep } = query;
  const pattern = grep === undefined ? undefined : new RegExp(grep);
  return (line) => (since === undefined || line.time >= since) && (pattern === undefined || pattern.test(line.text));
}

/** Everything the readers have now, oldest first; lines of one log keep their order. */
function* mergeLines(readers: readonly LineReader[]): Generator<readonly LogLine[], void, undefined> {
  const heads = readers.map((reader) => ({ reader, lines: reader.next(), at: 0 }));
  let batch: LogLine[] = [];
  for (;;) {
    let oldest: { head: (typeof heads)[number]; line: LogLine } | undefined;
    for (const head of heads) {
      const line = head.lines[head.at];
      if (line && (!oldest || line.time < oldest.line.time)) oldest = { head, line };
    }
    if (!oldest) break;
    const { head, line } = oldest;
    batch.push(line);
    head.at += 1;
    if (head.at === head.lines.length) {
      head.lines = head.reader.next();
      head.at = 0;
    }
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
