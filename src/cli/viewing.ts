import { beforeFailure } from '../core/before-failure.ts';
import { outlineOf } from '../core/outline.ts';
import type { CardFacts, Place, Usage, Viewing } from '../core/viewing.ts';
import { findCrashPlace } from '../crash/place.ts';
import { entriesOf, type Journal } from '../logs/history/journal.ts';
import { createPieceReader } from '../logs/history/piece.ts';
import { followTails } from '../logs/tails.ts';
import { printable } from '../output/controls.ts';
import { inWords } from '../output/duration.ts';
import { addedEnvironment } from './assemble/environment.ts';
import type { Assembly } from './assemble/engine.ts';
import type { Context } from './context.ts';
import { giveBack } from './left-terminal.ts';
import { maskedValue } from './masked-value.ts';

const CARD_LINES = 40;
/** Several viewers share a look: what is used is told for the time between two. */
const USAGE_MS = 1_500;

export interface ViewingParts {
  readonly assembly: Assembly;
  readonly journal: Journal;
  readonly reload: Viewing['reload'];
}

/** What viewers of an assembly are given, in this process or across the socket. */
export function createViewing(context: Context, { assembly, journal, reload }: ViewingParts): Viewing {
  const { engine, hub } = assembly;
  let looked: { readonly at: number; readonly usage: Promise<ReadonlyMap<string, Usage>> } | undefined;
  return {
    outline: () => outlineOf(engine.world().stack),
    env: (name) => envOf(context, assembly, name),
    card: (name) => cardOf(assembly, name),
    write: (name, text) => engine.write(name, text),
    resize: (name, columns, rows) => engine.resize(name, columns, rows),
    usage() {
      const at = performance.now();
      if (!looked || at - looked.at > USAGE_MS) looked = { at, usage: assembly.usage.sample() };
      return looked.usage;
    },
    journal: () => entriesOf(journal),
    giveBack,
    tails: (signal) => followTails(hub, signal),
    reload,
  };
}

function envOf(context: Context, assembly: Assembly, name: string): readonly string[] {
  const { stack, instances } = assembly.engine.world();
  const resource = instances.get(name)?.resource;
  if (!resource) return [];
  const values = assembly.values();
  const added = addedEnvironment(stack, resource, values, context.env);
  if (added.kind === 'failed') return ['it could not be resolved'];
  const secrets = [...added.secrets, ...values.secrets()];
  return Object.entries(added.env).map(([key, text]) => `${key}=${maskedValue(key, { text, secrets })}`);
}

function cardOf(assembly: Assembly, name: string): CardFacts {
  const lastLines = lastLinesOf(assembly, name);
  const place = placeOf(assembly, name, lastLines);
  const lostBefore = lostBeforeOf(assembly, name);
  return { lastLines, ...(place && { place }), ...(lostBefore !== undefined && { lostBefore }) };
}

function placeOf({ engine, hub }: Assembly, name: string, lines: readonly string[]): Place | undefined {
  const { stack, instances } = engine.world();
  const resource = instances.get(name)?.resource;
  if (!resource || resource.kind === 'container') return undefined;
  return findCrashPlace({ lines, root: stack.root, cwd: resource.cwd, mask: (text) => hub.masker.text(text) });
}

/** `db, 2.1 s before`: what it needs and lost just before it failed. */
function lostBeforeOf({ engine }: Assembly, name: string): string | undefined {
  const world = engine.world();
  const lost = beforeFailure(world, name)?.lost ?? [];
  const lifecycle = world.instances.get(name)?.lifecycle;
  const at = lifecycle?.kind === 'failed' ? lifecycle.at : lifecycle?.kind === 'backoff' ? lifecycle.since : Date.now();
  if (lost.length === 0) return undefined;
  return lost
    .map((one) => `${one.name} was no longer ready, ${inWords(at - one.at)} before (it is ${one.lifecycle})`)
    .join('; ');
}

function lastLinesOf({ hub }: Assembly, name: string): readonly string[] {
  const reader = createPieceReader(hub, name);
  const lines: string[] = [];
  for (
    let piece = reader.before(Number.MAX_SAFE_INTEGER);
    piece && lines.length < CARD_LINES;
    piece = reader.before(piece.from)
  ) {
    lines.unshift(printable(piece.text, false));
  }
  return lines;
}
