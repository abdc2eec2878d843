import type { LogLine, LogQuery } from '../../core/engine.ts';
import { openStoredLogs } from '../../logs/stored.ts';
import { queryLogs } from '../../logs/query.ts';
import { bytesInWords } from '../../output/duration.ts';
import { createNarrator } from '../../output/plain.ts';
import { connect, findCheckout } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { namesOf, resolveNames } from '../names.ts';
import { snapshotOf } from '../wait.ts';

export interface LogsOptions extends CommonOptions {
  readonly follow: boolean;
  readonly tail?: number;
  readonly since?: number;
  readonly grep?: string;
  readonly timestamps: boolean;
  readonly json?: boolean;
}

/** Prints logs: of the running stack, or what a stopped one left on disk. */
export async function logs(context: Context, given: readonly string[], options: LogsOptions): Promise<number> {
  const checkout = findCheckout(context, options);
  const client = await connect(checkout);
  const stored = openStoredLogs(checkout.paths.logs);
  const known = await namesOf(context, options, client && (await snapshotOf(client)));
  const all = [...new Set([...known.resources, ...stored.names()])];
  const resources = resolveNames({ ...known, resources: all }, 'logs', given);
  const query: LogQuery = {
    resources,
    follow: options.follow && client !== undefined,
    ...(options.tail !== undefined && { tail: options.tail }),
    ...(options.since !== undefined && { since: options.since }),
    ...(options.grep !== undefined && { grep: options.grep }),
  };
  const abort = new AbortController();
  let code: number = EXIT.ok;
  const stop = (exitCode: number) => (): void => {
    code = exitCode;
    abort.abort();
  };
  const interrupted = stop(EXIT.interrupted);
  const readerGone = stop(EXIT.ok);
  process.once('SIGINT', interrupted);
  process.stdout.once('error', readerGone);
  if (options.tail === undefined && options.since === undefined) tellDropped(context, stored, resources.length > 0 ? resources : all);
  const format = formatOf(context, all, options);
  try {
    const batches = client ? client.logs(query, abort.signal) : queryLogs(stored, query, undefined, abort.signal);
    for await (const batch of batches) {
      if (!process.stdout.write(`${batch.map(format).join('\n')}\n`) && !abort.signal.aborted) await drained(abort.signal);
    }
  } finally {
    process.off('SIGINT', interrupted);
    client?.close();
  }
  return code;
}

function tellDropped(context: Context, stored: ReturnType<typeof openStoredLogs>, names: readonly string[]): void {
  for (const name of names) {
    const { dropped } = stored.bounds(name);
    if (dropped > 0) context.say(`${name}: the first ${bytesInWords(dropped)} were dropped to stay below logs.maxBytes`);
  }
}

function formatOf(context: Context, names: readonly string[], options: LogsOptions): (line: LogLine) => string {
  if (options.json) return (line) => JSON.stringify(line);
  const narrator = createNarrator(names, context.style, Date.now);
  const time = (line: LogLine): string => (options.timestamps ? `${context.style.dim(new Date(line.time).toISOString())} ` : '');
  return (line) => `${narrator.prefixOf(line.resource)}${time(line)}${line.text}`;
}

function drained(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      process.stdout.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    process.stdout.on('drain', done);
    signal.addEventListener('abort', done);
  });
}
