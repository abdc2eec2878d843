import type { LocalCluster } from '../../core/cluster.ts';
import type { ResourceStatus } from '../../core/engine.ts';
import { createWorld } from '../../core/world.ts';
import { statusOf } from '../../engine/status.ts';
import { addressesInWords } from '../../output/addresses.ts';
import { inWords } from '../../output/duration.ts';
import { detailInWords, stateInWords } from '../../output/status-words.ts';
import { formatTable, type Column } from '../../output/table.ts';
import type { Style } from '../../output/style.ts';
import { connectLive, findCheckout, instanceFor, loadFor } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

/** What `ps --json` prints. */
interface Listing {
  readonly instance: string;
  readonly running: boolean;
  readonly pid?: number;
  readonly resources: readonly ResourceStatus[];
}

const COLUMNS: readonly Column[] = [
  { title: 'NAME' },
  { title: 'STATE' },
  { title: 'DETAIL', shrinks: true },
  { title: 'PORT/URL' },
  { title: 'PID', align: 'right' },
  { title: 'RESTARTS', align: 'right' },
  { title: 'UP', align: 'right' },
];

export interface PsOptions extends CommonOptions {
  readonly json?: boolean;
  /** Where it runs; here by default. */
  readonly target?: 'dev' | LocalCluster;
}

export async function ps(context: Context, options: PsOptions): Promise<number> {
  if (options.target !== undefined && options.target !== 'dev')
    return (await import('../promote/kind/ps.ts')).clusterPs(context, options, options.target);
  const listing = await listResources(context, options);
  if (options.json) {
    context.print(JSON.stringify(listing, undefined, 2));
    return EXIT.ok;
  }
  const now = Date.now();
  const { style } = context;
  const rows = listing.resources.map((status) => rowOf(status, style, now));
  for (const line of formatTable(COLUMNS, rows, style, process.stdout.columns)) context.print(line);
  if (!listing.running) context.say(`${listing.instance} is not running. devstack up starts it.`);
  return EXIT.ok;
}

async function listResources(context: Context, options: CommonOptions): Promise<Listing> {
  const connected = await connectLive(findCheckout(context, options));
  if (connected) {
    const { instance, pid, statuses } = connected.snapshot;
    connected.client.close();
    return { instance, running: true, pid, resources: statuses };
  }
  const { stack } = await loadFor(context, options);
  const world = createWorld(stack);
  const resources = [...world.instances.values()].map((instance) => statusOf(world, instance, { ports: {}, urls: {} }));
  return { instance: instanceFor(stack, context), running: false, resources };
}

function rowOf(status: ResourceStatus, style: Style, now: number): readonly string[] {
  const { lifecycle, info } = status;
  const isUp = lifecycle.kind === 'ready' || lifecycle.kind === 'running' || lifecycle.kind === 'starting';
  return [
    status.name,
    painted(status, style),
    detailInWords(status, now),
    isUp ? addressesInWords(status) : '',
    isUp && info?.pid !== undefined ? String(info.pid) : '',
    status.restarts > 0 ? String(status.restarts) : '',
    isUp && status.runStartAt !== undefined ? inWords(now - status.runStartAt) : '',
  ];
}

function painted(status: ResourceStatus, style: Style): string {
  const word = stateInWords(status);
  switch (status.lifecycle.kind) {
    case 'ready':
    case 'done':
      return style.green(word);
    case 'failed':
      return style.red(word);
    case 'backoff':
    case 'starting':
    case 'running':
    case 'stopping':
      return style.yellow(word);
    case 'idle':
      return style.dim(word);
  }
}
