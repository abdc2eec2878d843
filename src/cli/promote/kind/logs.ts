import { createBell } from '../../../cluster/bell.ts';
import { logSourcesOf, podLines } from '../../../cluster/pod-lines.ts';
import type { LineQuery, LogSource, PodLine } from '../../../cluster/pod-lines.ts';
import type { LocalCluster } from '../../../core/cluster.ts';
import type { LogsOptions } from '../../commands/logs.ts';
import { drained, lineFormat, whenToStop } from '../../log-reader.ts';
import { loadShared } from '../../connect.ts';
import type { Context } from '../../context.ts';
import { resolveNames } from '../../names.ts';
import { findLocal } from './found.ts';
import type { LocalStack } from './found.ts';

/** Logs of all pods in one stream: what there is in the order of time, and with `--follow` what comes, of new pods too. */
export async function clusterLogs(
  context: Context,
  names: readonly string[],
  options: LogsOptions,
  target: LocalCluster,
): Promise<number> {
  const { stack } = await loadShared(context, options);
  const resources = stack.resources.map(({ name }) => name);
  const wanted = resolveNames({ resources, groups: stack.groups }, 'logs', names);
  const end = whenToStop();
  try {
    const there = await findLocal(stack, target, context.env, end.signal);
    const format = lineFormat(context, resources, options);
    const pattern = options.grep === undefined ? undefined : new RegExp(options.grep);
    const write = async (lines: readonly PodLine[]): Promise<void> => {
      const shown = lines.filter(({ text }) => pattern?.test(text) !== false);
      if (shown.length > 0 && !process.stdout.write(`${shown.map(format).join('\n')}\n`)) await drained(end.signal);
    };
    const { tail } = options;
    const query = { follow: options.follow, ...(options.since !== undefined && { since: options.since }) };
    if (options.follow) await follow(there, wanted, { ...query, ...(tail !== undefined && { tail }) }, write);
    else await printAll(there, wanted, { query, tail }, write);
  } finally {
    end.close();
  }
  return end.exitCode();
}

type Write = (lines: readonly PodLine[]) => Promise<void>;

async function sourcesOf(
  { kubectl, namespace, selector }: LocalStack,
  wanted: readonly string[],
): Promise<readonly LogSource[]> {
  return logSourcesOf(await kubectl.list(['pods'], namespace, selector), wanted);
}

async function printAll(
  there: LocalStack,
  wanted: readonly string[],
  { query, tail }: { readonly query: LineQuery; readonly tail: number | undefined },
  write: Write,
): Promise<void> {
  const lines: PodLine[] = [];
  for (const source of await sourcesOf(there, wanted))
    for await (const line of podLines(source, there.namespace, query, there.access)) lines.push(line);
  const ordered = lines.toSorted((one, other) => one.time - other.time);
  await write(tail === undefined ? ordered : ordered.slice(Math.max(0, ordered.length - tail)));
}

/** Each container by itself; those that come later, or again, are joined, and nothing is shown twice. */
async function follow(there: LocalStack, wanted: readonly string[], query: LineQuery, write: Write): Promise<void> {
  const { access, namespace, kubectl } = there;
  const open = new Set<string>();
  const last = new Map<string, string>();
  const bell = createBell(access.signal);
  const readOn = async (source: LogSource, isFirst: boolean): Promise<void> => {
    const key = `${source.pod}/${source.container}`;
    const seen = last.get(key);
    const own = isFirst ? query : { follow: true, ...(seen !== undefined && { since: seen }) };
    for await (const line of podLines(source, namespace, own, access)) {
      if (seen !== undefined && line.stamp <= seen) continue;
      last.set(key, line.stamp);
      await write([line]);
    }
    open.delete(key);
  };
  const watch = kubectl.watchPods(namespace, bell.ring);
  const reading: Promise<void>[] = [];
  try {
    for (let isFirst = true; !access.signal.aborted; isFirst = false) {
      for (const source of await sourcesOf(there, wanted)) {
        const key = `${source.pod}/${source.container}`;
        if (open.has(key)) continue;
        open.add(key);
        reading.push(readOn(source, isFirst));
      }
      await bell.heard();
    }
  } catch (error) {
    // Whoever follows ends it so.
    if (!access.signal.aborted) throw error;
  } finally {
    await watch.stop();
    await Promise.all(reading);
  }
}
