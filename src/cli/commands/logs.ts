import type { LocalCluster } from '../../core/cluster.ts';
import type { LogQuery } from '../../core/engine.ts';
import { openStoredLogs } from '../../logs/stored.ts';
import { queryLogs } from '../../logs/query.ts';
import { bytesInWords } from '../../output/duration.ts';
import { connectLive, findCheckout, loadIfFine, resolveAsked } from '../connect.ts';
import type { CommonOptions, Context } from '../context.ts';
import { drained, lineFormat, whenToStop } from '../log-reader.ts';

export interface LogsOptions extends CommonOptions {
  readonly follow: boolean;
  readonly tail?: number;
  readonly since?: number;
  readonly grep?: string;
  readonly timestamps: boolean;
  readonly json?: boolean;
  /** Where it runs; here by default. */
  readonly target?: 'dev' | LocalCluster;
}

/** Prints logs: of the running stack, or what a stopped one left on disk. */
export async function logs(context: Context, given: readonly string[], options: LogsOptions): Promise<number> {
  if (options.target !== undefined && options.target !== 'dev')
    return (await import('../promote/kind/logs.ts')).clusterLogs(context, given, options, options.target);
  const checkout = findCheckout(context, options);
  const connected = await connectLive(checkout);
  const stored = openStoredLogs(checkout.paths.logs);
  const config = connected ? undefined : await loadIfFine(context, options);
  const declared = connected?.snapshot.statuses ?? config?.stack.resources ?? [];
  const all = [...new Set([...declared.map(({ name }) => name), ...stored.names()])];
  const resources = await resolveAsked('logs', given, all, async () => config ?? (await loadIfFine(context, options)));
  const query: LogQuery = {
    resources,
    follow: options.follow && connected !== undefined,
    ...(options.tail !== undefined && { tail: options.tail }),
    ...(options.since !== undefined && { since: options.since }),
    ...(options.grep !== undefined && { grep: options.grep }),
  };
  if (!connected) sayStored(context, stored.names(), options.follow);
  if (options.tail === undefined && options.since === undefined)
    tellDropped(context, stored, resources.length > 0 ? resources : all);
  const format = lineFormat(context, all, options);
  const end = whenToStop();
  try {
    const batches = connected
      ? connected.client.logs(query, end.signal)
      : queryLogs(stored, query, undefined, end.signal);
    for await (const batch of batches) {
      if (end.signal.aborted) break;
      if (!process.stdout.write(`${batch.map(format).join('\n')}\n`)) await drained(end.signal);
    }
  } finally {
    end.close();
    connected?.client.close();
  }
  return end.exitCode();
}

function sayStored(context: Context, names: readonly string[], follow: boolean): void {
  if (names.length === 0) context.say('There are no logs yet. devstack up starts the stack.');
  else if (follow) context.say('The stack is not running: this is what it left, and nothing follows.');
}

function tellDropped(context: Context, stored: ReturnType<typeof openStoredLogs>, names: readonly string[]): void {
  for (const name of names) {
    const { dropped } = stored.bounds(name);
    if (dropped > 0)
      context.say(`${name}: the first ${bytesInWords(dropped)} were dropped to stay below logs.maxBytes`);
  }
}
