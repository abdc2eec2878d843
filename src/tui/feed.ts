import type { EngineEvent } from '../core/engine.ts';
import type { Journal } from '../logs/history/journal.ts';
import { createNarrator, type WayBack } from '../output/plain.ts';
import { createStyle } from '../output/style.ts';
import { journalOf } from './journal-names.ts';

/** Writes what happens to a resource between the lines of its log. */
export function createFeed(
  journal: Journal,
  options: { readonly hasColours: boolean; readonly now: () => number; readonly wayBack: (name: string) => WayBack },
): (event: EngineEvent) => void {
  const base = createStyle(options.hasColours);
  const narrator = createNarrator({
    names: [],
    // Names are the gutter's affair; a tab tells them from the text.
    style: {
      ...base,
      bold: (text) => text,
      ofResource: (_, text) => text,
      dim: (text) => (text === '·' ? '\t' : base.dim(text)),
    },
    now: options.now,
    wayBack: options.wayBack,
  });
  return (event) => {
    for (const line of narrator.tell(event)) {
      const [name = '', text = ''] = line.split(/\s*\t\s*/, 2);
      if (text !== '') journal.write(journalOf(name.trim()), `${base.dim('·')} ${text}`);
    }
  };
}
