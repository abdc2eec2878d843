import type { Snapshot } from '../../core/engine.ts';
import { FailureError } from '../../core/failure.ts';
import type { EngineClient } from '../../daemon/client.ts';
import type { LogSource } from '../../logs/source.ts';
import { openStoredLogs } from '../../logs/stored.ts';
import { printable } from '../../output/controls.ts';
import type { Answer, Arguments } from '../../mcp/index.ts';
import { connectLive, findCheckout, loadIfFine, resolveAsked } from '../connect.ts';
import type { CommonOptions, Context } from '../context.ts';
import { offsetsAt, type LogPages, type Page } from './log-pages.ts';

const LONGEST_PATTERN = 1_000;

/** The logs of the checkout, of a running stack up to this moment. */
interface OpenLogs {
  readonly source: LogSource;
  readonly names: readonly string[];
  readonly snapshot?: Snapshot;
}

/** A page of the newest lines, by default of those since the last restart of each. */
export async function logsAnswer(
  context: Context,
  options: CommonOptions,
  pages: LogPages,
  { names, all, maxBytes, cursor }: Arguments,
): Promise<Answer> {
  const open = await openLogs(context, options, names, 'logs');
  if (cursor !== undefined) return turned(open, pages, cursor);
  const page = pages.last(open.source, {
    names: open.names,
    from: offsetsAt(open.source, open.names, (name) => (all ? undefined : lastStart(open, name))),
    maxBytes,
  });
  return { text: pageInWords(page, open, all ? 'no lines' : 'no lines since the last restart') };
}

/** A page of the newest lines that match. */
export async function searchAnswer(
  context: Context,
  options: CommonOptions,
  pages: LogPages,
  { names, pattern, ignoreCase, maxBytes, cursor }: Arguments,
): Promise<Answer> {
  const regexp = patternOf(pattern, ignoreCase);
  const open = await openLogs(context, options, names, 'search');
  if (cursor !== undefined) return turned(open, pages, cursor);
  const page = pages.last(open.source, {
    names: open.names,
    from: offsetsAt(open.source, open.names, () => undefined),
    matches: { pattern, test: (text) => regexp.test(printable(text, false)) },
    maxBytes,
  });
  return { text: pageInWords(page, open, 'no line matches') };
}

function patternOf(pattern: string, ignoreCase: boolean): RegExp {
  if (pattern.length > LONGEST_PATTERN)
    throw new FailureError({ code: 'usage', message: `The pattern has more than ${LONGEST_PATTERN} characters.` });
  try {
    return new RegExp(pattern, ignoreCase ? 'i' : '');
  } catch (error) {
    throw new FailureError({ code: 'usage', message: `The pattern is no regular expression: ${String(error)}` }, error);
  }
}

function turned(open: OpenLogs, pages: LogPages, cursor: string): Answer {
  const turn = pages.turn(open.source, cursor);
  if (!turn) return { text: `The cursor ${cursor} is not known any more. Ask again without it.`, isError: true };
  return { text: pageInWords(turn.page, open, 'no more lines') };
}

async function openLogs(
  context: Context,
  options: CommonOptions,
  given: readonly string[],
  tool: string,
): Promise<OpenLogs> {
  const checkout = findCheckout(context, options);
  const connected = await connectLive(checkout);
  try {
    if (connected) await written(connected.client);
    const source = openStoredLogs(checkout.paths.logs);
    const config = connected ? undefined : await loadIfFine(context, options);
    const declared = connected?.snapshot.statuses ?? config?.stack.resources ?? [];
    const known = [...new Set([...declared.map(({ name }) => name), ...source.names()])];
    const names = await resolveAsked(tool, given, known, async () => config ?? (await loadIfFine(context, options)));
    return {
      source,
      names: given.length > 0 ? names : known,
      ...(connected && { snapshot: connected.snapshot }),
    };
  } finally {
    connected?.client.close();
  }
}

/** Until all that was logged is on disk: an engine that is asked for no line writes it there first. */
export async function written(client: EngineClient): Promise<void> {
  const nothing = client.logs({ resources: [], follow: false, tail: 0 }, new AbortController().signal);
  for await (const _ of nothing);
}

function lastStart({ snapshot }: OpenLogs, name: string): number | undefined {
  return snapshot?.statuses.find((status) => status.name === name)?.runStartAt;
}

function pageInWords(page: Page, { snapshot }: OpenLogs, nothing: string): string {
  return [
    ...(snapshot ? [] : ['[The stack is not running: this is what it left. The tool up starts it.]']),
    ...linesInWords(page, nothing),
  ].join('\n');
}

/** The lines, and where to go on. */
export function linesInWords({ lines, older, newer, isPaused }: Page, nothing: string): readonly string[] {
  const ways = [
    ...(older === undefined ? [] : [`older: cursor "${older}"`]),
    ...(newer === undefined ? [] : [`newer: cursor "${newer}"`]),
  ];
  return [
    ...(lines.length === 0 && !isPaused ? [`[${nothing}]`] : lines),
    ...(isPaused ? ['[Not everything has been looked at yet: go on with the cursor.]'] : []),
    ...(ways.length === 0 ? [] : [`[${ways.join('; ')}]`]),
  ];
}
