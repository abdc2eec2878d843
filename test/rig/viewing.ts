import type { Viewing } from '../../src/core/viewing.ts';
import { outlineOf } from '../../src/core/outline.ts';
import type { LocalEngine } from '../../src/engine/local.ts';
import type { LogHub } from '../../src/logs/hub.ts';
import { followTails } from '../../src/logs/tails.ts';

/** What viewers are given of an engine without a project around it. */
export function viewingOf(engine: LocalEngine, hub: LogHub, change: Partial<Viewing> = {}): Viewing {
  return {
    outline: () => outlineOf(engine.world().stack),
    env: (name) => [`NAME=${name}`, 'TOKEN=***'],
    card: (name) => ({ lastLines: [`the last of ${name}`] }),
    write: (name, text) => engine.write(name, text),
    resize: (name, columns, rows) => engine.resize(name, columns, rows),
    usage: () => Promise.resolve(new Map([['api', { cpu: 0.5, memoryBytes: 1_000_000 }]])),
    journal: () => [{ name: 'api', time: 1, text: 'started' }],
    giveBack: () => undefined,
    tails: (signal) => followTails(hub, signal),
    reload: () => Promise.resolve({ kind: 'accepted' }),
    ...change,
  };
}
