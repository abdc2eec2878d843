import { findCrashPlace } from '../crash/place.ts';
import type { Engine, ResourceStatus } from '../core/engine.ts';
import { explain } from '../core/explain.ts';
import type { Failure } from '../core/failure.ts';
import { failureOf } from '../core/lifecycle.ts';
import type { Stack } from '../core/stack.ts';
import type { Trouble } from '../core/trouble.ts';
import { describe } from '../output/describe.ts';
import { printable } from '../output/controls.ts';
import { whyInOneLine } from '../output/why.ts';

/** Enough for a trace; more is in the log. */
const LAST_LINES = 30;

export interface TroubleSource {
  readonly engine: Pick<Engine, 'logs'>;
  readonly statuses: readonly ResourceStatus[];
  readonly stack: Pick<Stack, 'root' | 'resources'>;
  /** Hides secrets in what stands in a source; logs have none. */
  readonly mask: (text: string) => string;
}

/** Why each of these is not as it was to be, with the end of its output. */
export function troublesOf(
  source: TroubleSource,
  found: readonly { readonly name: string; readonly failure?: Failure }[],
): Promise<readonly Trouble[]> {
  return Promise.all(found.map(({ name, failure }) => troubleOf(source, name, failure)));
}

/** Those that failed come first: the others wait for them. */
export function failuresFirst(names: readonly string[], statuses: readonly ResourceStatus[]) {
  const found = names.flatMap((name) => {
    const status = statuses.find((one) => one.name === name);
    if (!status || status.lifecycle.kind === 'ready' || status.lifecycle.kind === 'done') return [];
    const failure = failureOf(status);
    return [{ name, ...(failure && { failure }) }];
  });
  return [...found.filter(({ failure }) => failure), ...found.filter(({ failure }) => !failure)];
}

async function troubleOf(source: TroubleSource, name: string, failure: Failure | undefined): Promise<Trouble> {
  const { engine, statuses, stack, mask } = source;
  const lines = await lastLines(engine, name);
  const resource = stack.resources.find((one) => one.name === name);
  const place =
    failure && resource && resource.kind !== 'container'
      ? findCrashPlace({ lines, root: stack.root, cwd: resource.cwd, mask })
      : undefined;
  const { file, line, column } = place ?? {};
  const explanation = explain({ statuses }, name);
  const why = failure ? withoutLog(failure) : explanation ? whyInOneLine(explanation, Date.now()) : name;
  return {
    name,
    ...(failure && { failure }),
    why: mask(why),
    lines,
    ...(file !== undefined && line !== undefined && { place: { file, line, ...(column !== undefined && { column }) } }),
  };
}

/** The end of its log is right below. */
function withoutLog(failure: Failure): string {
  const { title, detail, hint } = describe(failure);
  const shown = hint?.startsWith('Its log: ') ? undefined : hint;
  return [title, detail, shown].filter((part) => part !== undefined).join('\n');
}

async function lastLines(engine: Pick<Engine, 'logs'>, name: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const query = { resources: [name], follow: false, tail: LAST_LINES };
  for await (const batch of engine.logs(query, new AbortController().signal))
    lines.push(...batch.map(({ text }) => printable(text, false)));
  return lines.slice(-LAST_LINES);
}
