import type { JournalEntry } from '../../core/viewing.ts';
import type { LogSource, Mark } from '../source.ts';

/** Short logs that are written by a person or by devstack itself, in memory: they stand between the lines of others. */
export interface Journal extends LogSource {
  /** `time`: of what was told elsewhere, ms since the epoch; now unless it is given. */
  write(name: string, text: string, time?: number): void;
}

/** What is kept of each. */
const MAX_BYTES = 256 * 1024;

interface Entry {
  start: number;
  bytes: Buffer;
  marks: Mark[];
}

export function createJournal(now: () => number): Journal {
  const entries = new Map<string, Entry>();
  const endOf = ({ start, bytes }: Entry): number => start + bytes.length;
  return {
    names: () => [...entries.keys()],
    bounds(name) {
      const entry = entries.get(name);
      return entry ? { start: entry.start, end: endOf(entry), dropped: entry.start } : { start: 0, end: 0, dropped: 0 };
    },
    read(name, from, limit) {
      const entry = entries.get(name);
      if (!entry) return Buffer.alloc(0);
      return entry.bytes.subarray(Math.max(0, from - entry.start), Math.max(0, from - entry.start) + limit);
    },
    marks(name, from) {
      const entry = entries.get(name);
      if (!entry) return { marks: [], until: Infinity };
      return { marks: entry.marks, until: Math.max(endOf(entry), from) };
    },
    write(name, text, time = now()) {
      const entry = entries.get(name) ?? { start: 0, bytes: Buffer.alloc(0), marks: [] };
      entries.set(name, entry);
      for (const line of text.split('\n')) {
        entry.marks.push({ offset: endOf(entry), time });
        entry.bytes = Buffer.concat([entry.bytes, Buffer.from(`${line}\n`)]);
      }
      if (entry.bytes.length <= MAX_BYTES) return;
      const cut = entry.bytes.indexOf(10, entry.bytes.length - MAX_BYTES / 2) + 1;
      entry.bytes = entry.bytes.subarray(cut);
      entry.start += cut;
      entry.marks = entry.marks.filter(({ offset }) => offset >= entry.start);
    },
  };
}

/** All of it, log by log. */
export function entriesOf(journal: Journal): readonly JournalEntry[] {
  return journal.names().flatMap((name) => {
    const { start, end } = journal.bounds(name);
    const { marks } = journal.marks(name, start);
    return marks.map(({ offset, time }, at) => {
      const to = marks[at + 1]?.offset ?? end;
      const bytes = journal.read(name, offset, to - offset - 1);
      return { name, time, text: Buffer.from(bytes).toString() };
    });
  });
}

/** Two sources with different names as one. */
export function joinSources(one: LogSource, other: LogSource, isOther: (name: string) => boolean): LogSource {
  const of = (name: string): LogSource => (isOther(name) ? other : one);
  return {
    names: () => [...one.names(), ...other.names()],
    bounds: (name) => of(name).bounds(name),
    read: (name, from, limit) => of(name).read(name, from, limit),
    marks: (name, from) => of(name).marks(name, from),
  };
}
