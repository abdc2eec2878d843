import { FailureError } from '../../core/failure.ts';
import { formatTable } from '../../output/table.ts';
import type { Explanation } from '../../promote/explain.ts';
import type { Note } from '../../promote/workload.ts';
import type { FileChange } from '../../promote/write.ts';
import { EXIT, type Context } from '../context.ts';

/** What cannot be carried over, for whoever wants to hear of it as of an error. */
export function refuseNotes(notes: readonly Note[]): void {
  if (notes.length === 0) return;
  const problems = notes.map(({ at, resource, text }) => ({
    code: 'not-carried',
    at,
    message: `${resource}: ${text}`,
  }));
  throw new FailureError({ code: 'config-invalid', problems });
}

const COLUMNS = [{ title: 'RESOURCE' }, { title: 'THING' }, { title: 'IS' }, { title: 'WHY', shrinks: true }] as const;

export function showExplanations(context: Context, explanations: readonly Explanation[]): number {
  const rows = explanations.map(({ resource, thing, fate, why }) => [resource, thing, fate, why]);
  for (const line of formatTable(COLUMNS, rows, context.style)) context.print(line);
  return EXIT.ok;
}

export function showDiff(context: Context, changes: readonly FileChange[]): number {
  const differing = changes.filter(({ kind }) => kind !== 'same');
  for (const { path: name, kind, isForeign } of differing)
    context.print(`${kind.padEnd(8)} ${name}${isForeign ? ' (changed by hand)' : ''}`);
  return differing.length === 0 ? EXIT.ok : EXIT.failed;
}

const SAID = { new: 'wrote', changed: 'changed', removed: 'removed', same: 'as before' } as const;

export function tellChange(context: Context, { path: name, kind }: Pick<FileChange, 'path' | 'kind'>): void {
  context.say(`  ${SAID[kind].padEnd(9)}  ${name}`);
}

export function tellNotes(context: Context, notes: readonly Note[], unlocked: readonly string[]): void {
  for (const { at, resource, text } of notes) context.say(`${at}  ${resource}: ${text}`);
  if (unlocked.length > 0)
    context.say(
      `${unlocked.join(', ')} may be other images tomorrow: devstack images update keeps them as they are now.`,
    );
}
