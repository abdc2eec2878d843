import { createJournal, type Journal } from '../logs/history/journal.ts';
import type { WayBack } from '../output/plain.ts';
import { createFeed } from '../tui/feed.ts';
import type { Assembly } from './assemble/engine.ts';

/** Writes down what happens to the resources of an assembly, for whoever looks at it, then or later. */
export function keepJournal(
  { engine }: Assembly,
  options: { readonly hasColours: boolean; readonly wayBack: (name: string) => WayBack },
): Journal {
  const journal = createJournal(Date.now);
  const feed = createFeed(journal, { ...options, now: Date.now });
  void (async () => {
    for await (const event of engine.watch(new AbortController().signal)) feed(event);
  })();
  return journal;
}
