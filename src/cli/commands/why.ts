import { explain } from '../../core/explain.ts';
import { connectEngine } from '../../drivers/container/client.ts';
import { volumeSize } from '../../drivers/container/volumes.ts';
import { sizeOf } from '../../drivers/data/snapshot.ts';
import type { LogLine, ResourceStatus } from '../../core/engine.ts';
import { openStoredLogs } from '../../logs/stored.ts';
import { queryLogs } from '../../logs/query.ts';
import { printable } from '../../output/controls.ts';
import { inWords } from '../../output/duration.ts';
import { whyInWords } from '../../output/why.ts';
import { connectLive, findCheckout, instanceName, loadIfFine, resolveAsked, type Checkout } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

export interface WhyOptions extends CommonOptions {
  readonly json?: boolean;
}

/** Lines of its log that say how a stopped resource went. */
const LAST_LINES = 5;
const SIZE_WITHIN_MS = 3_000;

/** Says why a resource is, or is not, running. */
export async function why(context: Context, given: string, options: WhyOptions): Promise<number> {
  const checkout = findCheckout(context, options);
  const connected = await connectLive(checkout);
  if (!connected) return whyStopped(context, given, checkout, options);
  const { client, snapshot } = connected;
  client.close();
  const known = snapshot.statuses.map(({ name }) => name);
  const names = await resolveAsked('why', [given], known, () => loadIfFine(context, options));
  const found = names.flatMap((name) => explain(snapshot, name) ?? []);
  const now = Date.now();
  for (const one of found) {
    const dataBytes = await dataSize(context, one.status);
    if (!options.json) context.print(whyInWords(one, now, dataBytes));
    else
      context.print(
        JSON.stringify({ running: true, ...one, ...(dataBytes !== undefined && { dataBytes }) }, undefined, 2),
      );
  }
  return EXIT.ok;
}

/** What its data takes on disk; not known in time is not said. */
async function dataSize(context: Context, { info }: ResourceStatus): Promise<number | undefined> {
  const data = info?.data;
  if (!data) return undefined;
  if (data.kind === 'folder') return sizeOf(data.place);
  const engine = await connectEngine(context.env);
  if (engine.kind === 'unreachable') return undefined;
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), SIZE_WITHIN_MS).unref());
  return Promise.race([volumeSize(engine, data.place).catch(() => undefined), late]);
}

/** Nothing runs: what is left is what it wrote last. */
async function whyStopped(context: Context, given: string, checkout: Checkout, options: WhyOptions): Promise<number> {
  const stored = openStoredLogs(checkout.paths.logs);
  const names = await resolveAsked('why', [given], stored.names(), () => loadIfFine(context, options));
  const instance = await instanceName(context, options, checkout);
  for (const name of names) {
    const lines: LogLine[] = [];
    const query = { resources: [name], follow: false, tail: LAST_LINES };
    for await (const batch of queryLogs(stored, query, undefined, new AbortController().signal)) lines.push(...batch);
    if (options.json) context.print(JSON.stringify({ running: false, instance, name, lastLines: lines }, undefined, 2));
    else
      context.print(
        [
          `${name} is stopped: ${instance} is not running. devstack up starts it.`,
          ...tail(lines, context.style.enabled),
        ].join('\n'),
      );
  }
  return EXIT.ok;
}

function tail(lines: readonly LogLine[], colours: boolean): readonly string[] {
  const last = lines.at(-1);
  if (!last) return ['  it has no log yet'];
  return [
    `  its last lines (${inWords(Date.now() - last.time)} ago):`,
    ...lines.map(({ text }) => `    ${printable(text, colours)}`),
  ];
}
