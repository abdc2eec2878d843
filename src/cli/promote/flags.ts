import { FailureError } from '../../core/failure.ts';
import type { PromoteOptions } from './options.ts';

type Way = 'compose' | 'kubernetes' | 'kubernetes --apply' | 'helm' | 'kind';

/** Flags of clusters, and where they do something: where they do not, somebody hoped for something else. */
const WAYS: Readonly<Partial<Record<keyof PromoteOptions, readonly Way[]>>> = {
  apply: ['kubernetes --apply'],
  context: ['kubernetes --apply'],
  tag: ['kubernetes --apply'],
  delete: ['kind'],
  keepCluster: ['kind'],
  yes: ['kind'],
  nodes: ['kind'],
  nodeImage: ['kind'],
  portOffset: ['kind'],
  registry: ['kind'],
  withData: ['kind'],
  recreate: ['kind', 'kubernetes --apply'],
  pruneVolumes: ['kind', 'kubernetes --apply'],
  json: ['kind', 'kubernetes --apply'],
  diff: ['compose', 'kubernetes', 'helm'],
  check: ['compose', 'kubernetes', 'helm'],
  explain: ['compose', 'kubernetes', 'helm'],
  stdout: ['compose', 'kubernetes', 'helm'],
  up: ['compose', 'kubernetes', 'helm'],
  down: ['compose', 'kubernetes', 'helm'],
};

/** What is for another target is refused, with the name of that. */
export function refuseOtherFlags(options: PromoteOptions): void {
  const way: Way = options.to === 'kubernetes' && options.apply ? 'kubernetes --apply' : options.to;
  for (const [name, ways] of Object.entries(WAYS)) {
    const value = options[name as keyof PromoteOptions];
    if (value === undefined || value === false || ways.includes(way)) continue;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const message = `--${flag} is for ${ways.map((one) => `--to ${one}`).join(' and ')}, and does nothing with --to ${way}`;
    throw new FailureError({ code: 'usage', message });
  }
}
