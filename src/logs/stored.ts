import path from 'node:path';
import { storedNames } from './hub.ts';
import type { LogSource } from './source.ts';
import { createSpoolReader, listSegments, marksFrom, type Segment } from './spool.ts';

/** The logs a stack left behind, read without an engine. */
export function openStoredLogs(folder: string): LogSource {
  const known = new Map<string, readonly Segment[]>();
  const readSpool = createSpoolReader();
  const segmentsOf = (name: string): readonly Segment[] => {
    const found = known.get(name) ?? listSegments(path.join(folder, name));
    known.set(name, found);
    return found;
  };
  return {
    names: () => storedNames(folder),
    bounds(name) {
      const segments = segmentsOf(name);
      const start = segments[0]?.from ?? 0;
      const last = segments.at(-1);
      return { start, end: last ? last.from + last.bytes : 0, dropped: start };
    },
    read: (name, from, limit) => readSpool(segmentsOf(name), from, limit),
    marks: (name, from) => marksFrom(segmentsOf(name), from),
  };
}
