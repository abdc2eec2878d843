import type { LoadedConfig } from '../config/load.ts';
import type { Viewing } from '../core/viewing.ts';
import type { Journal } from '../logs/history/journal.ts';
import type { WayBack } from '../output/plain.ts';
import type { Assembly } from './assemble/engine.ts';
import { loadFor } from './connect.ts';
import type { Context } from './context.ts';
import { createLiveConfig, type LiveConfig } from './live-config.ts';
import { keepJournal } from './stack-journal.ts';
import { createViewing } from './viewing.ts';

/** What whoever looks at an assembly is shown, here or over its socket. */
export interface Served {
  readonly live: LiveConfig;
  readonly journal: Journal;
  readonly viewing: Viewing;
}

export interface ServedParts {
  readonly assembly: Assembly;
  readonly config: LoadedConfig;
  readonly options: Parameters<typeof loadFor>[1];
  /** What brings a failed resource back. */
  readonly wayBack: (name: string) => WayBack;
}

export function createServed(context: Context, { assembly, config, options, wayBack }: ServedParts): Served {
  const live = createLiveConfig({ engine: assembly.engine, config, load: () => loadFor(context, options) });
  const journal = keepJournal(assembly, { hasColours: context.style.enabled, wayBack });
  return { live, journal, viewing: createViewing(context, { assembly, journal, reload: live.reload }) };
}
